// The database behind the functions: dynalite in a worker thread, or a DynamoDB endpoint that the caller names.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type FollowedWrites, followWrites } from './follow-writes.ts';
import type { Write } from './write-capture.ts';

export interface Database {
  endpoint: string;
  /** A port for calls without HTTP, in the embedded database only. */
  connect?(): MessagePort;
  /** Reports every write from now on. Absent when the writes can't be captured. */
  followWrites?(report: (write: Write) => void): Promise<FollowedWrites>;
  close(): Promise<void>;
}

/** In memory, unless a folder is given that keeps the data between runs. */
export async function startEmbeddedDatabase(
  options: { dataFolder?: string | undefined } = {},
): Promise<Database> {
  const dataFolder = options.dataFolder === undefined ? undefined : resolve(options.dataFolder);
  if (dataFolder !== undefined) {
    mkdirSync(dataFolder, { recursive: true });
  }
  const thread = new Worker(new URL('./dynalite-thread.ts', import.meta.url), {
    workerData: { dataFolder },
    execArgv: [],
    name: 'dynalite',
  });
  const exited = new Promise<void>((done) => thread.once('exit', () => done()));
  const port = await new Promise<number>((listening, failed) => {
    thread.once('message', (message: { port: number }) => listening(message.port));
    thread.once('error', failed);
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    connect() {
      const { port1, port2 } = new MessageChannel();
      thread.postMessage({ connection: port1 }, [port1]);
      return port2;
    },
    followWrites: (report) => followWrites(thread, report),
    async close() {
      thread.postMessage('close');
      await exited;
    },
  };
}

export function useDatabaseAt(endpoint: string): Database {
  return { endpoint, close: async () => {} };
}
