// The folder `.local`: what the local stack writes for itself, for the shell and for the operator commands.
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
  /** A line for each event that was put on a bus. */
  eventsFile: string;
  /** A line for each batch of the stream that was handed to a consumer. */
  streamsFile: string;
  /** A line for each batch that was given up. */
  onFailureFile: string;
  envFile: string;
  stackFile: string;
}

/** What the operator commands' `--local` reads. */
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

/** For the owner's eyes only: it may hold keys. */
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

/** A process id may have gone to someone else since; that one does not listen where the stack did. */
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
