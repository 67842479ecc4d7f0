// Limits as instances of a function keep them together, and alone when the table fails them.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENDPOINT_LIMITS, openTable, type Table } from '../../../functions/dynamodb/table.ts';
import { limitRequests } from '../../../functions/limits/limit-requests.ts';
import type { LimitedCaller, LimitRequests, RateLimits } from '../../../functions/limits/rate-limit.ts';
import { answers, type Behaviour, DatabaseDouble, failsWith, hangs, resets } from '../database-double.ts';
import { runInstances } from './many-instances.ts';

const MINUTE_MS = Date.parse('2026-11-23T10:15:00Z');
const LIMITS = {
  plans: { free: { requestsPerMinute: 60 }, team: { requestsPerMinute: 6_000 } },
  defaultPlan: 'free',
};
const caller: LimitedCaller = { orgId: 'org_1' };

function open(table: Table, now: () => number, limits: RateLimits = LIMITS): LimitRequests {
  const limiter = limitRequests(table, limits, now);
  if (limiter === undefined) {
    throw new Error('Limits were given');
  }
  return limiter;
}

describe('64 callers of one org, served by as many instances as they are, at once', () => {
  it.each([
    { limit: 60, timesTheLimit: 4 },
    { limit: 200, timesTheLimit: 4 },
    { limit: 300, timesTheLimit: 4 },
    { limit: 600, timesTheLimit: 4 },
    { limit: 1_000, timesTheLimit: 4 },
    { limit: 1_279, timesTheLimit: 4 },
    { limit: 1_280, timesTheLimit: 4 },
    { limit: 3_000, timesTheLimit: 4 },
    { limit: 10_000, timesTheLimit: 4 },
    { limit: 300, timesTheLimit: 100 },
    { limit: 600, timesTheLimit: 50 },
    { limit: 1_280, timesTheLimit: 25 },
    { limit: 3_000, timesTheLimit: 10 },
  ])('are held to $limit requests, within 5 %, at $timesTheLimit times the pace', async (pace) => {
    for (const instances of pace.limit < 10_000 ? [4, 64] : [64]) {
      const { offered, accepted, writes } = await runInstances({
        instances,
        callers: 64,
        requestsPerMinute: pace.limit * pace.timesTheLimit,
        seconds: 30,
        seed: pace.limit + instances,
        open: (client, now) => openPlan(client, now, pace.limit),
      });
      expect(offered).toBeGreaterThan(pace.limit * 1.5);
      expect(Math.abs(accepted - pace.limit)).toBeLessThanOrEqual(pace.limit * 0.05);
      // Each instance is told once that the limit is reached, and asks no more.
      expect(writes).toBeLessThanOrEqual(accepted + instances);
    }
  });

  it.each([1, 4, 16, 64])(
    'of whom each has one of %i keys with limits of their own, are held to what their org may make',
    async (keys) => {
      for (const limit of [600, 1_280, 6_000]) {
        const { offered, accepted } = await runInstances({
          instances: 64,
          callers: 64,
          requestsPerMinute: limit * 4,
          seconds: 30,
          seed: limit + keys,
          callerAt: (position) => ({
            orgId: 'org_1',
            keyLimit: {
              keyId: `key_${String(position % keys).padStart(8, '0')}`,
              requestsPerMinute: limit - 1,
            },
          }),
          open: (client, now) => openPlan(client, now, limit),
        });
        expect(offered).toBeGreaterThan(limit * 1.5);
        expect({ limit, off: Math.abs(accepted - limit) / limit }).toEqual({
          limit,
          off: expect.toSatisfy((off: number) => off <= 0.05),
        });
      }
    },
  );

  it('at twice the limit of 60,000, count with a fortieth of a write each, and hardly any of them waits', async () => {
    const { accepted, writes, waited } = await runInstances({
      instances: 64,
      callers: 64,
      requestsPerMinute: 120_000,
      seconds: 10,
      seed: 1,
      open: (client, now) => openPlan(client, now, 60_000),
    });
    expect(accepted).toBeGreaterThan(15_000);
    expect(writes).toBeLessThan(accepted / 40 + 64);
    expect(waited).toBeLessThanOrEqual(64);
  });

  it('at half of the limit of 600, hardly ever wait for the count', async () => {
    const { offered, accepted, waited } = await runInstances({
      instances: 4,
      callers: 64,
      requestsPerMinute: 300,
      seconds: 30,
      seed: 1,
      open: (client, now) => openPlan(client, now, 600),
    });
    expect(accepted).toBe(offered);
    expect(waited).toBeLessThan(offered / 10);
  });
});

function openPlan(client: DynamoDBDocumentClient, now: () => number, requestsPerMinute: number) {
  return open({ name: 'sessions', client }, now, {
    plans: { only: { requestsPerMinute } },
    defaultPlan: 'only',
  });
}

describe('what is asked of the table', () => {
  const database = new DatabaseDouble();
  let limit: LimitRequests;
  let nowMs = MINUTE_MS;
  let counted = 0;

  beforeAll(() => database.start());
  afterAll(() => database.stop());
  beforeEach(() => {
    nowMs = MINUTE_MS;
    counted = 0;
    database.requests = [];
    database.behaviour = answersOf({ S: 'team' });
    limit = open(openTable('sessions', ENDPOINT_LIMITS), () => nowMs);
  });

  function answersOf(plan: { S: string } | undefined): Behaviour {
    return (request, response, body) => {
      const reads = String(request.headers['x-amz-target']).endsWith('GetItem');
      if (reads) {
        return answers(200, plan === undefined ? {} : { Item: { plan } })(request, response, body);
      }
      counted += Number(JSON.parse(body).ExpressionAttributeValues[':n'].N);
      const requests = { N: String(counted) };
      answers(200, { Attributes: { requests, KABCDEFGH: requests } })(request, response, body);
    };
  }

  it('is the plan and the count at the same time, and then the count alone', async () => {
    const { verdict } = limit(caller);
    expect(verdict).toBeInstanceOf(Promise);
    expect(await verdict).toBe('allowed');
    expect(database.requests.map(({ operation }) => operation).sort()).toEqual(['GetItem', 'UpdateItem']);
    await limit(caller).counted;
    expect(database.requests.map(({ operation }) => operation).sort()).toEqual(['GetItem', 'UpdateItem']);
    for (let i = 0; i < 3; i += 1) {
      await limit(caller).counted;
    }
    expect(database.requests.map(({ operation }) => operation).sort()).toEqual([
      'GetItem',
      'UpdateItem',
      'UpdateItem',
    ]);
  });

  it('is the plan again after a minute', async () => {
    await limit(caller).counted;
    nowMs += 60_000;
    await limit(caller).counted;
    expect(database.requests.filter(({ operation }) => operation === 'GetItem')).toHaveLength(2);
  });

  it('is one item for a minute, which removes itself', async () => {
    await limit(caller).counted;
    const update = JSON.parse(
      database.requests.find(({ operation }) => operation === 'UpdateItem')?.body ?? '',
    );
    expect(update.Key).toEqual({
      pk: { S: `ORG#org_1#REQUESTS#${MINUTE_MS / 1000}` },
      sk: { S: 'REQUESTS' },
    });
    expect(Number(update.ExpressionAttributeValues[':expiresAt'].N)).toBe(MINUTE_MS / 1000 + 3_660);
  });

  it('is held to the default plan for an org that has none', async () => {
    database.behaviour = answersOf(undefined);
    expect(await limit(caller).counted).toEqual({
      verdict: 'allowed',
      standing: { limit: 60, remaining: 59, resetsAtMs: MINUTE_MS + 60_000 },
    });
  });

  it('is nothing more for the rest of the minute once the limit is reached, and begins again with the next', async () => {
    database.behaviour = answersOf(undefined);
    counted = 59;
    expect(await limit(caller).verdict).toBe('allowed');
    database.requests = [];
    nowMs += 59_999;
    expect(limit(caller).verdict).toBe('over');
    expect(database.requests).toEqual([]);
    counted = 0;
    nowMs += 1;
    expect(await limit(caller).verdict).toBe('allowed');
  });

  it('is over when the others have used up what remained', async () => {
    database.behaviour = answersOf(undefined);
    counted = 60;
    const { verdict, counted: settled } = limit(caller);
    expect(await verdict).toBe('over');
    expect((await settled).standing).toEqual({ limit: 60, remaining: 0, resetsAtMs: MINUTE_MS + 60_000 });
  });

  it('holds a key to its own limit, and counts it with its org in one write', async () => {
    const keyLimit = { keyId: 'key_01ARZ3NDEKTSV4RRFFABCDEFGH', requestsPerMinute: 3 };
    counted = 1;
    const standings = [];
    for (let i = 0; i < 3; i += 1) {
      standings.push((await limit({ orgId: 'org_1', keyLimit }).counted).standing);
    }
    expect(standings.map((standing) => standing?.remaining)).toEqual([1, 0, 0]);
    expect(standings[0]?.limit).toBe(3);
    expect(limit({ orgId: 'org_1', keyLimit }).verdict).toBe('over');
    expect(database.requests.filter(({ operation }) => operation === 'UpdateItem')).toHaveLength(2);
    expect(await limit(caller).verdict).toBe('allowed');
  });
});

describe('while counting is down', () => {
  const database = new DatabaseDouble();
  let limit: LimitRequests;
  let nowMs = MINUTE_MS;
  let sent: number[] = [];

  beforeAll(() => database.start());
  afterAll(() => database.stop());
  beforeEach(async () => {
    nowMs = MINUTE_MS;
    sent = [];
    limit = open(openTable('sessions', ENDPOINT_LIMITS), () => nowMs);
    database.behaviour = counts;
    await limit(caller).counted;
    database.requests = [];
  });

  const counts: Behaviour = (request, response, body) => {
    const reads = String(request.headers['x-amz-target']).endsWith('GetItem');
    sent.push(...(reads ? [] : [Number(JSON.parse(body).ExpressionAttributeValues[':n'].N)]));
    const requests = { N: String(sent.reduce((sum, n) => sum + n, 0)) };
    answers(200, reads ? {} : { Attributes: { requests } })(request, response, body);
  };

  it.each<[string, Behaviour]>([
    ['does not answer', hangs],
    ['resets every connection', resets],
    ['is throttled', failsWith(400, 'ThrottlingException')],
    ['is broken', failsWith(500, 'InternalServerError')],
    ['refuses the function', failsWith(400, 'AccessDeniedException')],
  ])(
    'since the table %s, everyone is let through within a third of a second, and it is told',
    async (_what, behaviour) => {
      database.behaviour = behaviour;
      const startedMs = performance.now();
      const { verdict, counted } = limit(caller);
      expect(await verdict).toBe('allowed');
      expect(performance.now() - startedMs).toBeLessThan(333);
      expect((await counted).failure).toBeInstanceOf(Error);
    },
  );

  it('an instance that never counted before, and has to connect first, gives it a second', async () => {
    limit = open(openTable('sessions', ENDPOINT_LIMITS), () => nowMs);
    database.behaviour = (...call) => setTimeout(() => counts(...call), 500);
    expect((await limit(caller).counted).failure).toBeUndefined();
    database.behaviour = (...call) => setTimeout(() => counts(...call), 500);
    expect((await limit(caller).counted).failure).toBeInstanceOf(Error);
  });

  it('the next second waits for nothing and asks nothing, and after each further failure twice as long', async () => {
    database.behaviour = hangs;
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      await limit(caller).counted;
      database.requests = [];
      nowMs += pauseMs - 1;
      const { verdict, counted } = limit(caller);
      expect(verdict).toBe('allowed');
      expect((await counted).failure).toBeInstanceOf(Error);
      expect(database.requests).toEqual([]);
      nowMs += 1;
    }
  });

  it('what was let through without asking is counted when counting works again, and what was asked for is not, since it may have been', async () => {
    database.behaviour = hangs;
    await limit(caller).counted;
    limit(caller);
    limit(caller);
    nowMs += 1_000;
    database.behaviour = counts;
    expect((await limit(caller).counted).standing?.remaining).toBe(56);
    expect(sent).toEqual([1, 3]);
  });
});

it('without limits there is nothing to ask', () => {
  expect(limitRequests({} as Table, undefined)).toBeUndefined();
});
