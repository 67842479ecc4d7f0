// Which failures are worth another attempt, and how long to wait before it.

const retryDelayMs = 500;
const maxRetryDelayMs = 8_000;
/** A server that asks for a longer wait is not waited for. */
const maxRetryAfterMs = 60_000;

const retriedStatuses = [408, 429, 500, 502, 503, 504];

export function isRetriedStatus(status: number): boolean {
  return retriedStatuses.includes(status);
}

/** Exponential backoff with full jitter, on top of what the server asked for. `random` is from 0 to 1, `retry` counts from 0. */
export function waitBeforeRetryMs(retry: number, retryAfterMs: number, random: number): number {
  if (retryAfterMs > maxRetryAfterMs) return Number.POSITIVE_INFINITY;
  return retryAfterMs + random * Math.min(maxRetryDelayMs, retryDelayMs * 2 ** retry);
}

/** Seconds or an HTTP date. `nowMs` is the server's clock, when its answer tells it. */
export function retryAfterMs(retryAfter: string | null, nowMs: number): number | undefined {
  if (!retryAfter) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const delayMs = Date.parse(retryAfter) - nowMs;
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs);
}
