// Which failures are worth another attempt, and how long to wait before it.
import type { MoonbornError } from './errors.ts';

const retryDelayMs = 500;
const maxRetryDelayMs = 8_000;
/** A server that asks for a longer wait is not waited for. */
const maxRetryAfterMs = 60_000;

/** No answer, an unusable success, or a status that may be another one the next time. */
export function isRetried({ status, code }: MoonbornError): boolean {
  return code !== 'usage' && /^(undefined|2..|408|429|50[0234])$/.test(`${status}`);
}

/** Exponential backoff with full jitter, on top of what the server asked for. `random` is from 0 to 1, `retry` counts from 0. */
export function waitBeforeRetryMs(retry: number, retryAfterMs: number, random: number): number {
  if (retryAfterMs > maxRetryAfterMs) return Infinity;
  return retryAfterMs + random * Math.min(maxRetryDelayMs, retryDelayMs * 2 ** retry);
}

/** Seconds or an HTTP date. `nowMs` is the server's clock, when its answer tells it. */
export function retryAfterMs(retryAfter: string | null, nowMs: number): number | undefined {
  const text = retryAfter ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const delayMs = Date.parse(text) - nowMs;
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs);
}
