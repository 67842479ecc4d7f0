// A timer that the caller's cancelling cuts short.
import type { CancelSignal } from './options.ts';

export interface Alarm {
  /** Resolves when the time is up, and fails with the caller's reason when cancelled before. */
  rang: Promise<void>;
  off(): void;
}

// A longer timer would fire at once.
const longestTimerMs = 2 ** 31 - 1;

export function setAlarm(ms: number, signal: CancelSignal | undefined): Alarm {
  let off = () => {};
  const rang = new Promise<void>((resolve, reject) => {
    const cancel = () => reject(signal?.reason);
    const timer = setTimeout(resolve, Math.min(ms, longestTimerMs));
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    off = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    };
  });
  return { rang, off };
}

export async function pause(ms: number, signal: CancelSignal | undefined): Promise<void> {
  const alarm = setAlarm(ms, signal);
  try {
    await alarm.rang;
  } finally {
    alarm.off();
  }
}
