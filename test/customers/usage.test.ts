// Usage, from real writes by way of the stream: exact, however often and however cut the stream is delivered.
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { readUsage } from '../../admin/read-usage.ts';
import type { LocalFunction } from '../../local/lambda/local-function.ts';
import { deleteSession, endSession, sessionIn, start } from '../faults/caller.ts';
import { type DatabaseProxy, startDatabaseProxy } from '../faults/database-proxy.ts';
import { QUICK_FAULTS } from '../faults/fault.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from '../faults/faulty-stack.ts';
import { runSize } from '../faults/run-size.ts';
import { seededRandom } from '../faults/seeded-random.ts';
import { runConsumer } from './consumer.ts';
import { type FeedOptions, feed, writesOfSessions } from './feed.ts';
import { recordStream, type StreamRecorder } from './stream-recorder.ts';

const MONTH = '2026-11';
const MIDNIGHT_MS = Date.parse('2026-11-23T00:00:00Z');

let stack: FaultyStack;
let database: DatabaseProxy;
let consumer: LocalFunction;
let stream: StreamRecorder;
let nowMs = MIDNIGHT_MS;
let tenant: Tenant;
const logs: string[] = [];

beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1 });
  stream = recordStream(stack.table, { nowMs: () => nowMs });
});
afterAll(async () => {
  await stack.close();
  stack.remove();
});
beforeEach(async () => {
  nowMs = MIDNIGHT_MS;
  database = await startDatabaseProxy({ upstream: stack.database.url, seed: 1 });
  consumer = runConsumer(stack.local.deployment, 'CountUsage', {
    databaseEndpoint: database.url,
    log: (line) => logs.push(line),
  });
  tenant = await stack.newTenant();
  await stream.record();
});
afterEach(async () => {
  await consumer.close();
  await database.close();
});

const feedAll = (records: readonly DynamoDBRecord[], options: Partial<FeedOptions> = {}) =>
  feed(stack.local.deployment, { consumer: 'CountUsage', lambda: consumer }, records, {
    batchSize: 1_000,
    attemptsMax: 100,
    shardId: 'shardId-1',
    ...options,
  });

const writes = (records: readonly DynamoDBRecord[]) =>
  writesOfSessions(stack.local.deployment, 'CountUsage', records);

const count = (records: readonly DynamoDBRecord[], options: Partial<FeedOptions> = {}) =>
  feedAll(writes(records), options);

const usageOf = async ({ orgId }: Tenant) => readUsage(stack.table, { orgId, month: MONTH });

/** Sessions that are started, and some of them ended and deleted. */
async function live(
  of: Tenant,
  { starts, ends, deletes }: { starts: number; ends: number; deletes: number },
) {
  const records: DynamoDBRecord[] = [];
  for (let i = 0; i < starts; i += 1) {
    const { sessionId } = sessionIn(await start(stack.gatewayUrl, of));
    records.push(...(await stream.record()));
    if (i < ends) {
      await endSession(stack.gatewayUrl, of, sessionId);
      records.push(...(await stream.record()));
    }
    if (i < deletes) {
      await deleteSession(stack.gatewayUrl, of, sessionId);
      records.push(...(await stream.record()));
    }
  }
  return records;
}

const counts = (started: number, ended: number, deleted: number) => ({
  startChatSession: started,
  endChatSession: ended,
  deleteChatSession: deleted,
});

describe('usage', () => {
  it('is counted by org, day in UTC and operation', async () => {
    const other = await stack.newTenant();
    nowMs = MIDNIGHT_MS - 1;
    const before = await live(tenant, { starts: 2, ends: 1, deletes: 0 });
    nowMs = MIDNIGHT_MS;
    const after = await live(tenant, { starts: 3, ends: 2, deletes: 1 });
    const others = await live(other, { starts: 1, ends: 1, deletes: 1 });
    expect(await count([...before, ...after, ...others])).toEqual({ invocations: 1, discarded: [] });
    expect(await usageOf(tenant)).toEqual({
      orgId: tenant.orgId,
      month: MONTH,
      days: [
        { day: '2026-11-22', ...counts(2, 1, 0) },
        { day: '2026-11-23', ...counts(3, 2, 1) },
      ],
      total: counts(5, 3, 1),
    });
    expect((await usageOf(other)).total).toEqual(counts(1, 1, 1));
  });

  it('takes one write for each org and day of a batch', async () => {
    const other = await stack.newTenant();
    const records = [
      ...(await live(tenant, { starts: 4, ends: 4, deletes: 4 })),
      ...(await live(other, { starts: 4, ends: 4, deletes: 4 })),
    ];
    database.forget();
    await count(records);
    expect(database.records.map(({ call }) => call.operation)).toEqual(['UpdateItem', 'UpdateItem']);
  });

  it('of several shards of the stream is added up', async () => {
    const records = await live(tenant, { starts: 4, ends: 0, deletes: 0 });
    await count(records.slice(0, 3), { shardId: 'shardId-1' });
    await count(records.slice(3), { shardId: 'shardId-2' });
    expect((await usageOf(tenant)).total).toEqual(counts(4, 0, 0));
  });

  it('does not count replays, refused calls, and what TTL removes', async () => {
    const first = await stream.during(() => start(stack.gatewayUrl, tenant, 'a-key'));
    const again = await stream.during(() => start(stack.gatewayUrl, tenant, 'a-key'));
    const { sessionId } = sessionIn(await start(stack.gatewayUrl, tenant));
    const second = await stream.record();
    await deleteSession(stack.gatewayUrl, tenant, sessionId);
    const deleted = await stream.record();
    const removed = await stream.expireAll();
    const all = [...first, ...again, ...second, ...deleted, ...removed];
    await feedAll(all, { attemptsMax: 1 });
    expect((await usageOf(tenant)).total).toEqual(counts(2, 0, 1));
  });

  it('is not guessed when Lambda does not say which shard it is', async () => {
    const { outcome } = await consumer.invoke(JSON.stringify({ Records: [] }));
    expect(outcome).toMatchObject({ failure: { errorMessage: expect.stringContaining('tumbling window') } });
  });
});

describe('usage is exact', () => {
  it('when a batch comes again as a whole, in parts, and joined to the next', async () => {
    const records = writes(await live(tenant, { starts: 6, ends: 3, deletes: 2 }));
    const middle = Math.floor(records.length / 2);
    for (const batch of [
      records.slice(0, middle),
      records.slice(0, middle),
      records.slice(0, 2),
      records.slice(1, 3),
      records,
      records.slice(middle - 1),
      records,
    ]) {
      await count(batch);
    }
    expect((await usageOf(tenant)).total).toEqual(counts(6, 3, 2));
  });

  it('when the answer of the table is lost', async () => {
    const records = await live(tenant, { starts: 3, ends: 1, deletes: 1 });
    database.follow([{ nth: [1, 2], fault: { kind: 'drop-after' } }]);
    await count(records);
    expect((await usageOf(tenant)).total).toEqual(counts(3, 1, 1));
  });

  it('when the function is ended in the middle', async () => {
    const records = await live(tenant, { starts: 3, ends: 1, deletes: 1 });
    const slow = runConsumer(stack.local.deployment, 'CountUsage', {
      databaseEndpoint: database.url,
      timeoutMs: 500,
    });
    database.follow([{ nth: 1, fault: { kind: 'hang-after' } }]);
    const batch = { Records: writes(records), shardId: 'shardId-1' };
    expect((await slow.invoke(JSON.stringify(batch))).outcome).toMatchObject({
      failure: { errorType: 'Sandbox.Timedout' },
    });
    await slow.close();
    await count(records);
    expect((await usageOf(tenant)).total).toEqual(counts(3, 1, 1));
  });

  it('through faults of every kind and deliveries from ever earlier points', async () => {
    const tenants = [tenant, await stack.newTenant(), await stack.newTenant()];
    const rounds = runSize({ byDefault: 6, full: 40 });
    const records: DynamoDBRecord[] = [];
    for (let i = 0; i < rounds; i += 1) {
      nowMs = MIDNIGHT_MS + i * 3 * 3_600_000;
      records.push(...(await live(tenants[i % 3] as Tenant, { starts: 4, ends: 2, deletes: 1 })));
    }
    const all = writes(records);
    const random = seededRandom(11);
    database.follow([{ probability: 0.3, fault: QUICK_FAULTS }]);
    let done = 0;
    while (done < all.length) {
      // As after a crash, it begins again with something that may have been counted.
      const from = random.chance(0.5) ? random.below(done + 1) : done;
      const to = Math.min(all.length, Math.max(done, from) + 1 + random.below(9));
      const { discarded } = await count(all.slice(from, to), { batchSize: 1 + random.below(20) });
      expect(discarded).toEqual([]);
      done = Math.max(done, to);
    }
    for (const [i, of] of tenants.entries()) {
      const lived = Math.floor((rounds - i + 2) / 3);
      expect((await usageOf(of)).total).toEqual(counts(4 * lived, 2 * lived, lived));
    }
  });
});
