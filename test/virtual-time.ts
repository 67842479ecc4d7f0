// Time-outs that pass as soon as a request has arrived: no test waits for them, and none ends early on a slow machine.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { vi } from 'vitest';

/**
 * @param received how many requests have arrived that will not be answered in time
 * @param timeoutMs of a request
 * @returns how the call ended
 */
export async function letTimePass<T>(
  call: () => Promise<T>,
  received: () => number,
  timeoutMs: number,
): Promise<PromiseSettledResult<T>> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let ended: PromiseSettledResult<T> | undefined;
    let passedFor = received();
    void Promise.allSettled([call()]).then(([result]) => {
      ended = result;
    });
    while (ended === undefined) {
      const arrived = received();
      vi.advanceTimersByTime(arrived > passedFor ? timeoutMs : 0);
      passedFor = arrived;
      await nextTurn();
    }
    return ended;
  } finally {
    vi.useRealTimers();
  }
}
