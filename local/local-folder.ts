// The folder `.local`: files of the local stack, for itself, for the shell and for the operator commands.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/**
 * Readable by the owner only, since the file may contain keys. It is replaced whole or not at all, so that no reader
 * and no later start finds half of it.
 */
export function writePrivately(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}.unfinished`;
  try {
    writeFileSync(unfinished, text, { mode: 0o600, flush: true });
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new Error(`${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

/** Removes the files that describe a run: they lead nowhere once it is over. */
export function removeRunFiles({ envFile, stackFile }: LocalFolder): void {
  rmSync(envFile, { force: true });
  rmSync(stackFile, { force: true });
}
