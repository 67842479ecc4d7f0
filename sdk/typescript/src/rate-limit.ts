// The rate limit as the headers of an answer tell it.
import type { AnswerHeaders } from './fetch.ts';

export interface RateLimit {
  /** Requests that may be made in a window. */
  limit: number;
  /** Requests that are left in this window. */
  remaining: number;
  /** When the next window begins. */
  resetAt: Date;
}

/** `null` when the three headers are not all there, as where the service has no limits. */
export function rateLimitOf(headers: AnswerHeaders): RateLimit | null {
  const figure = (name: string) => Number(/^\d+$/.exec(headers.get(`x-ratelimit-${name}`) ?? '')?.[0]);
  const limit = figure('limit');
  const remaining = figure('remaining');
  const resetAt = new Date(figure('reset') * 1000);
  return limit + remaining + resetAt.getTime() >= 0 ? { limit, remaining, resetAt } : null;
}
