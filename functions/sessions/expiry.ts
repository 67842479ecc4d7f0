// The expiry of sessions, where it is configured, and of the tombstones of deleted sessions.
import { IDEMPOTENCY_WINDOW_MS } from './idempotency-key.ts';
import { ulidTimeMs } from './ulid.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Covers differences between the clocks of functions. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** Days; absent to keep sessions. */
export interface ExpiryDays {
  /** After the start, without a turn. */
  readonly unused?: number;
  /** After the last turn, or after the start where `unused` is absent. */
  readonly idle?: number;
  /** After the end. */
  readonly ended?: number;
}

/** @returns epoch seconds, or `undefined` to keep. */
export function expiresAt(fromMs: number, days: number | undefined): number | undefined {
  return days === undefined ? undefined : Math.ceil((fromMs + days * DAY_MS) / 1000);
}

/**
 * An idempotency key is refused once its time, which is that of the ulid, is a day old. From then on, no start can write
 * to this address.
 * @returns epoch seconds.
 */
export function tombstoneExpiresAt(ulid: string, nowMs: number): number {
  const lastRetryMs = ulidTimeMs(ulid) + IDEMPOTENCY_WINDOW_MS;
  return Math.ceil((Math.max(lastRetryMs, nowMs) + CLOCK_SKEW_MS) / 1000);
}
