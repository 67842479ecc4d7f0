// The rate limit as callers see it: three headers on every answer, and a 429.
import { Refusal } from '../http/refusal.ts';

export interface RateLimits {
  readonly plans: Readonly<Record<string, { readonly requestsPerMinute: number }>>;
  /** For orgs without a plan, or with one that is not in `plans`. */
  readonly defaultPlan: string;
}

/** The org whose requests are counted, and the key when it has a limit of its own. */
export interface LimitedCaller {
  readonly orgId: string;
  readonly keyLimit?: KeyLimit;
}

export interface KeyLimit {
  readonly keyId: string;
  readonly requestsPerMinute: number;
}

export interface RateLimitStatus {
  readonly limit: number;
  readonly remaining: number;
  readonly resetsAtMs: number;
}

export interface RateLimitDecision {
  readonly allowed: boolean;
  /** `undefined` while the limit is not known. */
  readonly status: RateLimitStatus | undefined;
  /** Why the request was let through without being counted. */
  readonly failure?: unknown;
}

/** Counts a request, and never rejects. The decision is synchronous when the caller is known to be over the limit. */
export type RateLimiter = (caller: LimitedCaller) => RateLimitDecision | Promise<RateLimitDecision>;

export function rateLimited({ status }: RateLimitDecision, nowMs: number): Refusal {
  const retryAfter = Math.max(1, Math.ceil(((status?.resetsAtMs ?? 0) - nowMs) / 1000));
  return new Refusal(
    'rate_limited',
    `Too many requests: ${status?.limit} a minute are allowed. Try again in ${retryAfter} s.`,
    { details: { retryAfter }, retryAfterSeconds: retryAfter },
  );
}

export function rateLimitHeaders(status: RateLimitStatus | undefined): Record<string, string> {
  return status === undefined
    ? {}
    : {
        'x-ratelimit-limit': String(status.limit),
        'x-ratelimit-remaining': String(status.remaining),
        'x-ratelimit-reset': String(status.resetsAtMs / 1000),
      };
}
