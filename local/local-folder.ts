// The folder `.local`: files of the local stack, for itself, for the shell and for the operator commands.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';

export interface LocalFolder {
  path: string;
  configFile: string;
  signingKeyFile: string;
  assemblyFolder: string;
  functionLogFile: string;
  accessLogFile: string;
  /** A line for each event on the event bus. */
  eventsFile: string;
  /** A line for each invocation of a consumer of the stream. */
  streamsFile: string;
  /** A line for each dead-letter record of a discarded batch. */
  onFailureFile: string;
  envFile: string;
  stackFile: string;
}

/** The content of `stack.json`, which `--local` of the operator commands reads. */
export interface RunningStack {
  baseUrl: string;
  tableName: string;
  databaseEndpoint: string;
  region: string;
  pid: number;
}

export function localFolder(path: string): LocalFolder {
  const folder = resolve(path);
  mkdirSync(folder, { recursive: true });
  return {
    path: folder,
    configFile: join(folder, 'config.json'),
    signingKeyFile: join(folder, 'session-signing-key.json'),
    assemblyFolder: join(folder, 'cdk.out'),
    functionLogFile: join(folder, 'functions.log'),
    accessLogFile: join(folder, 'access.log'),
    eventsFile: join(folder, 'events.log'),
    streamsFile: join(folder, 'streams.log'),
    onFailureFile: join(folder, 'dead-letters.log'),
    envFile: join(folder, 'env'),
    stackFile: join(folder, 'stack.json'),
  };
}

/** Two stacks in one folder would overwrite each other's assembly. */
export async function refuseFolderInUse({ path, stackFile }: LocalFolder): Promise<void> {
  const running = readRunningStack(stackFile);
  if (running === undefined || !isAlive(running.pid) || !(await listensAt(running.baseUrl))) {
    return;
  }
  throw new Error(
    `A local stack is running already: ${running.baseUrl} (process ${running.pid}, folder ${path}). ` +
      'Use that one, or stop it with Ctrl-C first.',
  );
}

/** Readable by the owner only, since the file may contain keys. */
export function writePrivately(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}

export function remove(file: string): void {
  rmSync(file, { force: true });
}

function readRunningStack(file: string): RunningStack | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunningStack;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The process id may belong to another process now, which does not listen on the stack's port. */
function listensAt(baseUrl: string): Promise<boolean> {
  return new Promise((found) => {
    const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      found(true);
    });
    socket.on('error', () => found(false));
  });
}
