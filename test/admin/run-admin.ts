// Runs `node admin/main.ts …` as an operator's shell would.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { type Database, startDatabase } from './database.ts';

const MAIN = path.resolve(import.meta.dirname, '../../admin/main.ts');

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  /** Where `.local/stack.json` is looked for. */
  readonly folder: string;
  /** All of the environment but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** What comes on standard input. */
  readonly stdin?: string;
}

export async function runAdmin(
  args: readonly string[],
  { folder, env = {}, stdin = '' }: Surroundings,
): Promise<Finished> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command that does not read it may have ended by then.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const status = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, stdout, stderr };
}

/** An operator in a folder in which a local stack seems to run, until the end of the test file. */
export async function startOperator(config: object = {}) {
  const database = await startDatabase();
  const folder = localStackFolder(database, config);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await database.close();
  });
  const admin = (...args: string[]) => runAdmin(args, { folder });
  const adminJson = async (...args: string[]) => JSON.parse((await admin(...args, '--json')).stdout);
  return { database, folder, admin, adminJson };
}

/** A new folder in which a local stack on this database seems to run. */
export function localStackFolder({ tableName, endpoint, region }: Database, config: object = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'moonborn-admin-'));
  const stack = { baseUrl: 'http://127.0.0.1:8787', tableName, databaseEndpoint: endpoint, region };
  mkdirSync(path.join(folder, '.local'));
  writeFileSync(path.join(folder, '.local/stack.json'), JSON.stringify(stack));
  writeFileSync(path.join(folder, '.local/config.json'), JSON.stringify(config));
  return folder;
}
