// When a session expires, where the operator wants that, and how long the key of a deleted one stays taken.
import { IDEMPOTENCY_WINDOW_MS } from './idempotency-key.ts';
import { ulidTimeMs } from './ulid.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Covers functions whose clocks differ. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** Days; absent to keep sessions. */
export interface ExpiryDays {
  /** From the start on, until the first turn. */
  readonly unused?: number;
  /** From the last turn on, or from the start where `unused` is absent. */
  readonly idle?: number;
  /** From the end on. */
  readonly ended?: number;
}

/** @returns epoch seconds, or `undefined` to keep. */
export function expiresAt(fromMs: number, days: number | undefined): number | undefined {
  return days === undefined ? undefined : Math.ceil((fromMs + days * DAY_MS) / 1000);
}

/**
 * An idempotency key is refused once its time, which is the ulid's, is a day old; after that nothing can start under
 * this address again.
 * @returns epoch seconds.
 */
export function tombstoneExpiresAt(ulid: string, nowMs: number): number {
  const lastRetryMs = ulidTimeMs(ulid) + IDEMPOTENCY_WINDOW_MS;
  return Math.ceil((Math.max(lastRetryMs, nowMs) + CLOCK_SKEW_MS) / 1000);
}
