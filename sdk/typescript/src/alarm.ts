// Waiting with a time limit, which the caller's cancelling cuts short.
import type { CancelSignal } from './cancel-signal.ts';

// A longer timer would fire at once.
const longestTimerMs = 2 ** 31 - 1;

/** What the work comes to, or after `ms` what `ring` does; when cancelled before, fails with the caller's reason. */
export async function untilAlarm<Value>(
  ms: number,
  signal: CancelSignal | undefined,
  ring: () => Value | PromiseLike<Value>,
  work?: Promise<Value>,
): Promise<Value> {
  let off = () => {};
  try {
    return await new Promise<Value>((resolve, reject) => {
      const cancel = () => reject(signal?.reason);
      const timer = setTimeout(() => resolve(ring()), Math.min(ms, longestTimerMs));
      signal?.addEventListener('abort', cancel);
      off = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
      };
      if (signal?.aborted) cancel();
      work?.then(resolve, reject);
    });
  } finally {
    off();
  }
}
