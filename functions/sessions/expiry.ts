// When a session is removed by itself, where the operator wants that.

const DAY_MS = 24 * 60 * 60 * 1000;

/** Days; absent to keep sessions. */
export interface ExpiryDays {
  readonly unused?: number;
  readonly ended?: number;
}

/** @returns epoch seconds, or `undefined` to keep. */
export function expiresAt(fromMs: number, days: number | undefined): number | undefined {
  return days === undefined ? undefined : Math.ceil((fromMs + days * DAY_MS) / 1000);
}
