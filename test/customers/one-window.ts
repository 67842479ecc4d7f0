// Limits are of one minute of the clock, and open for requests that can't be counted in time.
import { windowOf } from '../../functions/limits/count-requests.ts';
import type { FaultyStack } from '../faults/faulty-stack.ts';

export function uncountedRequests(stack: FaultyStack): number {
  return stack.local.logs().filter((line) => line.includes('request not counted')).length;
}

/**
 * Acts again when the next minute began meanwhile, or the machine was too busy to count a request; never waits.
 * @param act begins anew, with an org of its own, each time that it is called
 */
export async function inOneWindow<T>(stack: FaultyStack, act: () => Promise<T>): Promise<T> {
  for (;;) {
    const before = [windowOf(Date.now()), uncountedRequests(stack)];
    const result = await act();
    if (String([windowOf(Date.now()), uncountedRequests(stack)]) === String(before)) {
      return result;
    }
  }
}
