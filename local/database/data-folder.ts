// The data folder of the embedded database, which only one process at a time may use.
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

interface LevelDatabase {
  open(): Promise<void>;
  put(key: string, value: string): Promise<void>;
  del(key: string): Promise<void>;
  close(): Promise<void>;
}

interface LevelModule {
  Level: new (folder: string) => LevelDatabase;
}

/** Begins with none of dynalite's prefixes. */
const PROBE_KEY = '~room';
/** As much as a few items take: one byte fits where they don't. */
const PROBE_BYTES = 64 * 1024;

/**
 * dynalite opens the folder in the background, and throws where nobody can catch when it can't be opened or written.
 * Doing both here first, with dynalite's own copy of LevelDB, gives a clear error instead.
 * @param folder is made when it is missing
 */
export async function refuseUnusable(folder: string): Promise<void> {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new Error(
      `The data folder ${folder} cannot be made: ${(error as Error).message}. Choose another one: npm start -- --data ./data`,
      { cause: error },
    );
  }
  const requireFromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { Level } = requireFromDynalite('level') as LevelModule;
  const database = new Level(folder);
  try {
    await database.open();
    await database.put(PROBE_KEY, '.'.repeat(PROBE_BYTES));
    await database.del(PROBE_KEY);
  } catch (error) {
    throw new Error(describe(folder, error), { cause: error });
  } finally {
    await database.close();
  }
}

/** `mkdir` with `recursive` never returns where the parent is there and lets nothing be made in it, as /proc does. */
function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (existsSync(folder) || parent === folder) {
    return;
  }
  makeFolder(parent);
  mkdirSync(folder);
}

function describe(folder: string, error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  const reason = cause?.message ?? message ?? String(error);
  if (cause?.code === 'LEVEL_LOCKED') {
    return `The data folder ${folder} is in use by another process. Stop that one, or choose another folder.`;
  }
  if (/corruption/i.test(reason)) {
    return `The data folder ${folder} is damaged: ${reason}. Move it away, or choose another folder.`;
  }
  return `The data folder ${folder} cannot be used: ${reason}. Make room and see to its permissions, or choose another folder.`;
}
