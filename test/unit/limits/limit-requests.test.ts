// Limits of requests a minute: exact among instances, and open for one caller alone while that one can't be counted.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Outage } from '../../../functions/aws/outage.ts';

import { limitRequests } from '../../../functions/limits/limit-requests.ts';
import type { LimitedCaller, RateLimiter, RateLimits } from '../../../functions/limits/rate-limit.ts';
import { MemoryTable, type TableCall } from '../../memory-table.ts';
import { RecordedTable } from '../recorded-table.ts';

const MINUTE_MS = Date.parse('2026-11-23T10:15:00Z');
const LIMITS = {
  plans: { free: { requestsPerMinute: 60 }, team: { requestsPerMinute: 6_000 } },
  defaultPlan: 'free',
};
const caller: LimitedCaller = { orgId: 'org_1' };
const keyLimit = { keyId: 'key_01ARZ3NDEKTSV4RRFFABCDEFGH', requestsPerMinute: 3 };

let table: RecordedTable;
let nowMs: number;
let limit: RateLimiter;

beforeEach(() => {
  nowMs = MINUTE_MS;
  table = new RecordedTable();
  table.memory = new MemoryTable([{ pk: 'ORG#org_1', sk: 'ORG', plan: 'team' }]);
  limit = open();
});

function open(limits: RateLimits = LIMITS): RateLimiter {
  const limiter = limitRequests(table.bind, limits, () => nowMs);
  if (limiter === undefined) {
    throw new Error('Limits were given');
  }
  return limiter;
}

describe.each([1, 60, 1_000])('a limit of %i', (requestsPerMinute) => {
  it.each([
    ['without a key of its own', () => caller],
    [
      'with a key of its own for each',
      (i: number) => ({
        orgId: 'org_1',
        keyLimit: { keyId: `key_${String(i).padStart(8, '0')}`, requestsPerMinute },
      }),
    ],
  ])('is met exactly by 64 instances that take 32 requests each at once, %s', async (_what, callerOf) => {
    table.interfere = () => new Promise((resolve) => setImmediate(resolve));
    const limits = { plans: { only: { requestsPerMinute } }, defaultPlan: 'only' };
    const instances = Array.from({ length: 64 }, () => open(limits));
    const decisions = await Promise.all(
      instances.flatMap((instance, i) => Array.from({ length: 32 }, () => instance(callerOf(i)))),
    );
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(requestsPerMinute);
  });
});

describe('the table is asked', () => {
  it('for the plan and the count at the same time, and then for the count alone', async () => {
    await limit(caller);
    expect(table.verbs().sort()).toEqual(['get', 'update']);
    await limit(caller);
    expect(table.verbs().sort()).toEqual(['get', 'update', 'update']);
  });

  it('for the plan again after a minute', async () => {
    await limit(caller);
    nowMs += 60_000;
    await limit(caller);
    expect(table.verbs().filter((verb) => verb === 'get')).toHaveLength(2);
  });

  it('for one item for a minute, which removes itself', async () => {
    await limit(caller);
    expect(table.memory.items()[1]).toEqual({
      pk: `ORG#org_1#REQUESTS#${MINUTE_MS / 1000}`,
      sk: 'REQUESTS',
      requests: 1,
      expiresAt: MINUTE_MS / 1000 + 3_660,
    });
  });

  it('for nothing more in the minute in which the limit is reached', async () => {
    table.memory = new MemoryTable();
    for (let i = 0; i < 60; i += 1) {
      expect(await limit(caller)).toMatchObject({ allowed: true, status: { limit: 60, remaining: 59 - i } });
    }
    table.calls = [];
    nowMs += 59_999;
    const status = { limit: 60, remaining: 0, resetsAtMs: MINUTE_MS + 60_000 };
    expect(limit(caller)).toMatchObject({ allowed: false, status });
    expect(table.calls).toEqual([]);
    nowMs += 1;
    expect(await limit(caller)).toMatchObject({ allowed: true });
  });

  it('once by an instance that finds the limit used up by the others', async () => {
    table.memory = new MemoryTable([
      { pk: `ORG#org_1#REQUESTS#${MINUTE_MS / 1000}`, sk: 'REQUESTS', requests: 60 },
    ]);
    expect(await limit(caller)).toMatchObject({ allowed: false, status: { limit: 60, remaining: 0 } });
    expect(limit(caller)).toMatchObject({ allowed: false });
  });
});

it('holds a key to its own limit, and counts it with its org in one write', async () => {
  const ofKey = { orgId: 'org_1', keyLimit };
  const remaining = [];
  for (let i = 0; i < 4; i += 1) {
    const { allowed, status } = await limit(ofKey);
    remaining.push(allowed && status?.remaining);
  }
  expect(remaining).toEqual([2, 1, 0, false]);
  expect(table.verbs().filter((verb) => verb === 'update')).toHaveLength(3);
  expect(await limit(caller)).toMatchObject({ allowed: true, status: { remaining: 6_000 - 4 } });
});

describe('while the requests of one org can’t be counted', () => {
  const healthy: LimitedCaller = { orgId: 'org_2' };
  const failing = (call: TableCall) =>
    JSON.stringify(call.args[0]).includes('org_1#REQUESTS')
      ? Promise.reject(new Outage('throttled'))
      : Promise.resolve();

  it('its requests are let through, and each says why it was not counted', async () => {
    table.interfere = failing;
    for (let i = 0; i < 3; i += 1) {
      expect(await limit(caller)).toMatchObject({ allowed: true, failure: expect.any(Outage) });
    }
  });

  it('those of another are counted to the last', async () => {
    table.interfere = failing;
    const limiter = open({ plans: { small: { requestsPerMinute: 10 } }, defaultPlan: 'small' });
    let allowed = 0;
    for (let i = 0; i < 5_000; i += 1) {
      await limiter(caller);
      allowed += (await limiter(healthy)).allowed ? 1 : 0;
    }
    expect(allowed).toBe(10);
  });

  it('those of a key of the same org with a limit of its own are asked for', async () => {
    table.interfere = failing;
    await limit(caller);
    table.interfere = async () => {};
    expect(await limit({ orgId: 'org_1', keyLimit })).toMatchObject({
      allowed: true,
      status: { remaining: 2 },
    });
  });

  it('it is tried again after a second, and after each further failure after twice as long, up to ten', async () => {
    table.interfere = failing;
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      await limit(caller);
      table.calls = [];
      nowMs += pauseMs - 1;
      expect(await limit(caller)).toMatchObject({ allowed: true, failure: expect.any(Outage) });
      expect(table.calls).toEqual([]);
      nowMs += 1;
    }
    table.interfere = async () => {};
    expect(await limit(caller)).toMatchObject({ allowed: true, status: { limit: 6_000 } });
    table.interfere = failing;
    await limit(caller);
    nowMs += 1_000;
    table.calls = [];
    await limit(caller);
    expect(table.verbs()).toContain('update');
  });
});

describe('a count that is not answered', () => {
  const unanswered = (_call: TableCall, signal: AbortSignal | undefined) =>
    new Promise<void>((_, reject) => {
      signal?.addEventListener('abort', () => reject(new Outage('aborted')));
    });

  it('holds a request up for a second when it is the first of an instance, and for a quarter after that', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      for (const waitMs of [1_000, 250]) {
        limit = open();
        if (waitMs === 250) {
          await limit({ orgId: 'org_3' });
        }
        table.interfere = unanswered;
        const decision = limit(caller);
        let decided = false;
        void Promise.resolve(decision).then(() => {
          decided = true;
        });
        await vi.advanceTimersByTimeAsync(waitMs - 1);
        await new Promise((resolve) => setImmediate(resolve));
        expect(decided).toBe(false);
        await vi.advanceTimersByTimeAsync(1);
        expect(await decision).toMatchObject({ allowed: true, failure: expect.any(Outage) });
        table.interfere = async () => {};
      }
    } finally {
      vi.useRealTimers();
    }
  });
});

it('without limits there is nothing to ask', () => {
  expect(limitRequests(table.bind, undefined)).toBeUndefined();
});
