// Receives the writes of the embedded database from its worker thread.
import type { Worker } from 'node:worker_threads';
import type { Write } from './write-capture.ts';

export interface FollowedWrites {
  /** Resolves when every write that was answered before this call has been reported. */
  caughtUp(): Promise<void>;
}

export async function followWrites(thread: Worker, report: (write: Write) => void): Promise<FollowedWrites> {
  const waiting: (() => void)[] = [];
  thread.on('message', (message: Write | 'caught up') =>
    message === 'caught up' ? waiting.shift()?.() : report(message),
  );
  const caughtUp = () =>
    new Promise<void>((done) => {
      waiting.push(done);
      thread.postMessage('catch up');
    });
  thread.postMessage('capture');
  await caughtUp();
  return { caughtUp };
}
