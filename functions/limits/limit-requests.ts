// Limits the requests a minute of each org and key. The count of one org or key never depends on that of another.
import { type Key, optionalText, orgPartition } from '../dynamodb/item.ts';
import { ShortMemory } from '../dynamodb/short-memory.ts';
import type { BindTable, Table } from '../dynamodb/table.ts';
import { countRequest, WINDOW_MS, windowOf } from './count-requests.ts';
import type {
  LimitedCaller,
  RateLimitDecision,
  RateLimiter,
  RateLimitStatus,
  RateLimits,
} from './rate-limit.ts';

/** A changed plan takes effect everywhere within this time. */
const PLAN_REMEMBER_MS = 60_000;
const REMEMBERED_MAX = 1_000;
/** Many times what a count takes. The first one of an execution environment also opens a connection. */
const COUNT_TIMEOUT_MS = 250;
const FIRST_COUNT_TIMEOUT_MS = 1_000;
/** After a failed count, requests of the caller are not counted for this long, doubled after each further failure. */
const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 10_000;

/** The status of one caller in a minute, as this execution environment knows it. */
interface Allowance extends RateLimitStatus {
  readonly windowMs: number;
}

/** The time after a failed count in which requests of the caller are not counted. */
interface Pause {
  readonly untilMs: number;
  readonly lengthMs: number;
  readonly failure: unknown;
}

/**
 * One write unit for each request within the limit, and half a read unit a minute. Requests that can't be counted are
 * let through.
 * @returns `undefined` when requests are not limited.
 */
export function limitRequests(
  bindTable: BindTable,
  limits: RateLimits | undefined,
  now: () => number = Date.now,
): RateLimiter | undefined {
  return limits && limiter(bindTable, limits, now);
}

function limiter(bindTable: BindTable, limits: RateLimits, now: () => number): RateLimiter {
  const memory = { entriesMax: REMEMBERED_MAX, now };
  const allowances = new ShortMemory<Allowance>({ rememberMs: WINDOW_MS, ...memory });
  const pauses = new ShortMemory<Pause>({ rememberMs: 2 * PAUSE_MAX_MS, ...memory });
  const orgLimits = new ShortMemory<number>({ rememberMs: PLAN_REMEMBER_MS, ...memory });
  const highest = highestLimit(limits);
  let hasCounted = false;

  async function count(caller: LimitedCaller, name: string): Promise<RateLimitDecision> {
    const { orgId, keyLimit } = caller;
    const windowMs = windowOf(now());
    const known = orgLimits.recall(orgId);
    const table = bindTable(abortingAfter(hasCounted ? COUNT_TIMEOUT_MS : FIRST_COUNT_TIMEOUT_MS));
    try {
      const [orgLimit, counts] = await Promise.all([
        known ?? readLimit(table, orgId),
        // The limit of the plan is still being read: the highest limit of all plans applies.
        countRequest(table, caller, windowMs, known ?? highest),
      ]);
      hasCounted = true;
      pauses.forget(name);
      const keyRate = keyLimit?.requestsPerMinute ?? orgLimit;
      const remaining =
        counts === undefined ? -1 : Math.min(orgLimit - counts.org, keyRate - (keyLimit ? counts.key : 0));
      return {
        allowed: remaining >= 0,
        status: learn(name, windowMs, Math.min(orgLimit, keyRate), remaining),
      };
    } catch (failure) {
      // The write may have been applied. Never count it again: under-counting is the safe side.
      const lengthMs = Math.min(2 * (pauses.recall(name)?.lengthMs ?? PAUSE_MIN_MS / 2), PAUSE_MAX_MS);
      pauses.remember(name, { untilMs: now() + lengthMs, lengthMs, failure });
      return { allowed: true, status: statusOf(name), failure };
    }
  }

  async function readLimit(table: Table, orgId: string): Promise<number> {
    const limit = await readOrgLimit(table, orgId, limits);
    orgLimits.remember(orgId, limit);
    return limit;
  }

  /** Keeps the lowest number of remaining requests that concurrent counts returned. */
  function learn(name: string, windowMs: number, limit: number, remaining: number): RateLimitStatus {
    const known = allowances.recall(name);
    const lowest = known?.windowMs === windowMs ? Math.min(known.remaining, remaining) : remaining;
    const status = { limit, remaining: Math.max(0, lowest), resetsAtMs: windowMs + WINDOW_MS };
    allowances.remember(name, { ...status, windowMs });
    return status;
  }

  function statusOf(name: string): RateLimitStatus | undefined {
    const known = allowances.recall(name);
    return known?.windowMs === windowOf(now()) ? known : undefined;
  }

  return (caller) => {
    const name = `${caller.orgId} ${caller.keyLimit?.keyId}`;
    const status = statusOf(name);
    if (status?.remaining === 0) {
      return { allowed: false, status };
    }
    const pause = pauses.recall(name);
    return pause !== undefined && now() < pause.untilMs
      ? { allowed: true, status, failure: pause.failure }
      : count(caller, name);
  };
}

/** Aborts a turn of the event loop later, so that an answer that arrived while the process was frozen is read first. */
function abortingAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => setImmediate(() => controller.abort()), ms).unref();
  return controller.signal;
}

export function orgKey(orgId: string): Key {
  return { pk: orgPartition(orgId), sk: 'ORG' };
}

/**
 * Half a read unit, eventually consistent: a changed plan may take effect a moment later.
 * @returns requests a minute.
 */
async function readOrgLimit(table: Table, orgId: string, limits: RateLimits): Promise<number> {
  const item = await table.get(orgKey(orgId), { consistent: false });
  return limitOfPlan(limits, item && optionalText(item, 'plan'));
}

export function highestLimit({ plans }: RateLimits): number {
  return Math.max(...Object.values(plans).map(({ requestsPerMinute }) => requestsPerMinute));
}

export function limitOfPlan({ plans, defaultPlan }: RateLimits, plan: string | undefined): number {
  const name = plan !== undefined && Object.hasOwn(plans, plan) ? plan : defaultPlan;
  return plans[name]?.requestsPerMinute ?? 0;
}
