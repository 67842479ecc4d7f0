// Lets requests through up to the limit of their org and key, and counts them beside whatever else they do.

import { ShortMemory } from '../dynamodb/short-memory.ts';
import { type Table, within } from '../dynamodb/table.ts';
import { countRequests } from './count-requests.ts';
import { getOrgPlan } from './get-org-plan.ts';
import {
  type Admission,
  highestLimit,
  type LimitedCaller,
  type LimitRequests,
  limitOfPlan,
  type RateLimits,
  type RateVerdict,
  Tab,
  WINDOW_MS,
  windowOf,
} from './rate-limit.ts';

/** A plan that was changed holds everywhere after that. */
const PLAN_REMEMBER_MS = 60_000;
const REMEMBERED_MAX = 1_000;
/** Many times what a count takes; the first one of an instance also opens the connection, as whatever is beside it does. */
const COUNT_TIMEOUT_MS = 250;
const FIRST_COUNT_TIMEOUT_MS = 1_000;
/** After a failed count none is tried for so long, and for longer after the next, so that an outage holds hardly anyone up. */
const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 10_000;

/**
 * At most one write unit a request, and half a read unit a minute. While it can't count, it lets everyone through.
 * @returns `undefined` when requests are not limited.
 */
export function limitRequests(
  table: Table,
  limits: RateLimits | undefined,
  now: () => number = Date.now,
): LimitRequests | undefined {
  return limits && limiter(table, limits, now);
}

function limiter(table: Table, limits: RateLimits, now: () => number): LimitRequests {
  const tabs = new ShortMemory<Tab>({ rememberMs: WINDOW_MS, entriesMax: REMEMBERED_MAX, now });
  const orgLimits = new ShortMemory<number>({
    rememberMs: PLAN_REMEMBER_MS,
    entriesMax: REMEMBERED_MAX,
    now,
  });
  const highest = highestLimit(limits);
  let hasCounted = false;
  let pauseMs = PAUSE_MIN_MS;
  let paused: { readonly untilMs: number; readonly failure: unknown } | undefined;

  function tabOf({ orgId, keyLimit }: LimitedCaller): Tab {
    const name = `${orgId} ${keyLimit?.keyId}`;
    const windowMs = windowOf(now());
    const known = tabs.recall(name);
    if (known?.windowMs === windowMs) {
      return known;
    }
    // An org may have many keys with limits of their own, and together they would be far ahead of the count.
    const tab = new Tab(windowMs, keyLimit === undefined);
    tabs.remember(name, tab);
    return tab;
  }

  function limitKnown({ orgId, keyLimit }: LimitedCaller): number | undefined {
    const orgLimit = orgLimits.recall(orgId);
    return orgLimit && Math.min(orgLimit, keyLimit?.requestsPerMinute ?? orgLimit);
  }

  async function orgLimitOf(bounded: Table, orgId: string): Promise<number> {
    const limit = limitOfPlan(limits, await getOrgPlan(bounded, orgId));
    orgLimits.remember(orgId, limit);
    return limit;
  }

  async function count(tab: Tab, caller: LimitedCaller, requests: number): Promise<Counted> {
    const { orgId, keyLimit } = caller;
    const known = orgLimits.recall(orgId);
    const timeoutMs = hasCounted ? COUNT_TIMEOUT_MS : FIRST_COUNT_TIMEOUT_MS;
    const bounded = within(table, abortingAfter(timeoutMs));
    try {
      const [orgLimit, counts] = await Promise.all([
        known ?? orgLimitOf(bounded, orgId),
        // While the plan is being read, the count is held to the highest.
        countRequests(bounded, { caller, windowMs: tab.windowMs, requests, orgLimit: known ?? highest }),
      ]);
      const keyRate = keyLimit?.requestsPerMinute ?? orgLimit;
      const remaining =
        counts === undefined ? -1 : Math.min(orgLimit - counts.org, keyRate - (keyLimit ? counts.key : 0));
      hasCounted = true;
      pauseMs = PAUSE_MIN_MS;
      tab.learn(Math.min(orgLimit, keyRate), remaining, now());
      return { verdict: remaining < 0 ? 'over' : 'allowed' };
    } catch (failure) {
      // They may have been counted; better not at all than twice.
      tab.letThrough(0, limitKnown(caller));
      paused = { untilMs: now() + pauseMs, failure };
      pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
      return { verdict: 'allowed', failure };
    }
  }

  return (caller) => {
    const tab = tabOf(caller);
    const known = (counted: Counted): Admission => ({
      verdict: counted.verdict,
      counted: Promise.resolve({ ...counted, standing: tab.standing }),
    });
    if (tab.isOver) {
      return known({ verdict: 'over' });
    }
    if (paused !== undefined && now() < paused.untilMs) {
      tab.letThrough(1, limitKnown(caller));
      return known({ verdict: 'allowed', failure: paused.failure });
    }
    const { count: requests, goesAhead } = tab.take(now());
    if (requests === 0) {
      return known({ verdict: 'allowed' });
    }
    const counting = count(tab, caller, requests);
    return {
      verdict: goesAhead ? 'allowed' : counting.then(({ verdict }) => verdict),
      counted: counting.then((counted) => ({ ...counted, standing: tab.standing })),
    };
  };
}

/** An answer that came while the process was held up is taken first. */
function abortingAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => setImmediate(() => controller.abort()), ms).unref();
  return controller.signal;
}

interface Counted {
  readonly verdict: RateVerdict;
  readonly failure?: unknown;
}
