// Starts the worker thread of the embedded database, and tells how it ended.
import { Worker } from 'node:worker_threads';

export interface DatabaseThread {
  worker: Worker;
  port: number;
  /** Resolves with what ended the thread, if that was a failure. */
  ended: Promise<Error | undefined>;
}

export interface ThreadData {
  dataFolder: string | undefined;
  /** 0 takes any free one. */
  port: number;
}

/** @throws Error when the data folder can't be used. */
export async function startThread(data: ThreadData): Promise<DatabaseThread> {
  const worker = new Worker(new URL('./dynalite-thread.ts', import.meta.url), {
    workerData: data,
    execArgv: [],
    name: 'dynalite',
  });
  let failure: Error | undefined;
  worker.once('error', (error: Error) => {
    failure = error;
  });
  const ended = new Promise<Error | undefined>((done) => worker.once('exit', () => done(failure)));
  const port = await new Promise<number>((listening, failed) => {
    worker.once('message', (message: { port: number }) => listening(message.port));
    void ended.then((error) => failed(error ?? new Error('The database ended before it was ready.')));
  });
  return { worker, port, ended };
}
