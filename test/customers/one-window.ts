// Tests of limits live in one minute of the clock.
import { setTimeout as sleep } from 'node:timers/promises';
import { WINDOW_MS } from '../../functions/limits/rate-limit.ts';

/** Waits for the next minute, unless there are still so many seconds left of this one. */
export async function secondsLeftInWindow(seconds: number): Promise<void> {
  const leftMs = WINDOW_MS - (Date.now() % WINDOW_MS);
  if (leftMs < seconds * 1_000) {
    await sleep(leftMs + 50);
  }
}
