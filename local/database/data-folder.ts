// The data folder of the embedded database, which only one process at a time may use.
import { createRequire } from 'node:module';

interface LevelDatabase {
  open(): Promise<void>;
  close(): Promise<void>;
}

interface LevelModule {
  Level: new (folder: string) => LevelDatabase;
}

/**
 * dynalite opens the folder in the background and ends the process when it can't. Opening it here first, with dynalite's
 * own copy of LevelDB, gives a clear error instead.
 */
export async function refuseFolderInUse(folder: string): Promise<void> {
  const requireFromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { Level } = requireFromDynalite('level') as LevelModule;
  const database = new Level(folder);
  try {
    await database.open();
  } catch (error) {
    throw new Error(describe(folder, error), { cause: error });
  }
  await database.close();
}

function describe(folder: string, error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  if (cause?.code === 'LEVEL_LOCKED') {
    return `The data folder ${folder} is in use by another process. Stop that one, or choose another folder.`;
  }
  return `The data folder ${folder} cannot be opened: ${cause?.message ?? String(error)}`;
}
