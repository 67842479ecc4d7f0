// Receives the writes of the embedded database from its worker thread.
import type { Worker } from 'node:worker_threads';
import type { Write } from './write-capture.ts';

export interface FollowedWrites {
  /** Resolves when every write that was answered before this call has been reported, or the thread has ended. */
  caughtUp(): Promise<void>;
}

export async function followWrites(thread: Worker, report: (write: Write) => void): Promise<FollowedWrites> {
  const waiting: (() => void)[] = [];
  let ended = false;
  thread.on('message', (message: Write | 'caught up') =>
    message === 'caught up' ? waiting.shift()?.() : report(message),
  );
  thread.once('exit', () => {
    ended = true;
    for (const done of waiting.splice(0)) {
      done();
    }
  });
  const caughtUp = () =>
    new Promise<void>((done) => {
      if (ended) {
        done();
        return;
      }
      waiting.push(done);
      thread.postMessage('catch up');
    });
  thread.postMessage('capture');
  await caughtUp();
  return { caughtUp };
}
