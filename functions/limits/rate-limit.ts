// How many requests an org may make in a minute, and how far one instance may go before it asks what the others made.

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

/** What a caller is told of the limit. */
export interface Standing {
  readonly limit: number;
  readonly remaining: number;
  readonly resetsAtMs: number;
}

export type RateVerdict = 'allowed' | 'over';

export interface Admission {
  /** Known at once, or when the request is counted; nothing may be written before. */
  readonly verdict: RateVerdict | Promise<RateVerdict>;
  /** Never rejects; waited for before the answer. */
  readonly counted: Promise<{
    /** Absent while nothing is known of the limit. */
    readonly standing: Standing | undefined;
    /** Why the request was let through without being counted. */
    readonly failure?: unknown;
  }>;
}

export type LimitRequests = (caller: LimitedCaller) => Admission;

/** Windows are the minutes of the clock, the same for everyone. */
export const WINDOW_MS = 60_000;

export function windowOf(nowMs: number): number {
  return nowMs - (nowMs % WINDOW_MS);
}

export function limitOfPlan({ plans, defaultPlan }: RateLimits, plan: unknown): number {
  const name = typeof plan === 'string' && Object.hasOwn(plans, plan) ? plan : defaultPlan;
  return plans[name]?.requestsPerMinute ?? 0;
}

export function highestLimit({ plans }: RateLimits): number {
  return Math.max(...Object.values(plans).map(({ requestsPerMinute }) => requestsPerMinute));
}

/** Instances that may serve one org at once; each may be ahead of the count by its share of the tolerance. */
const INSTANCES = 64;
const TOLERANCE = 0.05;
/** Below it a burst of all instances could use up what is left before the next count is known. */
const AHEAD_MIN_REMAINING = 4 * INSTANCES;
/** At twice the limit the other instances can't use up that much in the meantime. */
const AHEAD_MAX_AGE_MS = 5_000;

/** @returns how many requests an instance may let through for one count that it does not wait for; 0 to wait. */
export function tabSize(known: { limit: number; remaining: number; ageMs: number }): number {
  if (known.remaining < AHEAD_MIN_REMAINING || known.ageMs > AHEAD_MAX_AGE_MS) {
    return 0;
  }
  const share = Math.min(known.limit * TOLERANCE, known.remaining / 4) / INSTANCES;
  return Math.max(1, Math.floor(share));
}

/** What one instance knows of one caller's minute, and what it let through since it last counted. */
export class Tab {
  readonly windowMs: number;
  readonly #mayGoAhead: boolean;
  #known: { readonly limit: number; readonly remaining: number; readonly atMs: number } | undefined;
  #uncounted = 0;

  /** @param mayGoAhead one of an instance's tabs of an org: the tolerance is for one in each instance */
  constructor(windowMs: number, mayGoAhead = true) {
    this.windowMs = windowMs;
    this.#mayGoAhead = mayGoAhead;
  }

  get isOver(): boolean {
    return this.#known !== undefined && this.#known.remaining <= 0;
  }

  get standing(): Standing | undefined {
    return (
      this.#known && {
        limit: this.#known.limit,
        remaining: Math.max(0, this.#known.remaining - this.#uncounted),
        resetsAtMs: this.windowMs + WINDOW_MS,
      }
    );
  }

  /** Takes a request in: how many are to be counted now, and whether it may go ahead of its count. */
  take(nowMs: number): { readonly count: number; readonly goesAhead: boolean } {
    this.#uncounted += 1;
    const size =
      this.#known === undefined || !this.#mayGoAhead
        ? 0
        : tabSize({ ...this.#known, ageMs: nowMs - this.#known.atMs });
    if (this.#uncounted < size) {
      return { count: 0, goesAhead: true };
    }
    const count = this.#uncounted;
    this.#uncounted = 0;
    return { count, goesAhead: size > 0 };
  }

  /** @param remaining below 0 when the latest of the counted requests was one too many */
  learn(limit: number, remaining: number, nowMs: number): void {
    const least = Math.min(remaining, this.#known?.remaining ?? remaining);
    this.#known = { limit, remaining: least, atMs: nowMs };
  }

  /**
   * While requests can't be counted.
   * @param requests to be counted when they can
   * @param limit where it is known: better than to tell nothing
   */
  letThrough(requests: number, limit: number | undefined): void {
    this.#uncounted += requests;
    if (limit !== undefined) {
      this.#known = { limit, remaining: this.#known?.remaining ?? limit, atMs: 0 };
    }
  }
}
