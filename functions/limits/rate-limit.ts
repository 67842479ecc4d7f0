// The limit of requests a minute as its callers meet it: three headers with every answer, and a 429.
import { Refusal } from '../http/refusal.ts';

export interface RateLimits {
  readonly plans: Readonly<Record<string, { readonly requestsPerMinute: number }>>;
  /** Of orgs that have no plan, or one that is not among these. */
  readonly defaultPlan: string;
}

/** Whose requests are counted: the org's, and apart from them those of a key that may make fewer. */
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
  /** Absent while nothing is known of the limit. */
  readonly status: RateLimitStatus | undefined;
  /** Why the request was let through without being counted. */
  readonly failure?: unknown;
}

/** Counts a request. The decision is at hand where the caller is known to be over; it never rejects. */
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
