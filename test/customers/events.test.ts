// Events of sessions, from real writes by way of the stream to an event bus.
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import * as z from 'zod/mini';
import { setPersonaShards } from '../../admin/set-persona-shards.ts';
import { setPersonaStatus } from '../../admin/set-persona-status.ts';
import { Session as SessionSchema } from '../../functions/sessions/responses.ts';
import type { Session } from '../../functions/sessions/session.ts';
import type { LocalFunction } from '../../local/lambda/local-function.ts';
import { deleteSession, endSession, getSession, listSessions, sessionIn, start } from '../faults/caller.ts';
import { QUICK_FAULTS } from '../faults/fault.ts';
import { type FaultyProxy, startFaultyProxy } from '../faults/faulty-proxy.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from '../faults/faulty-stack.ts';
import { runSize } from '../faults/run-size.ts';
import { seededRandom } from '../faults/seeded-random.ts';
import { runConsumer } from './consumer.ts';
import { type FakeEventBus, startFakeEventBus, type TakenEvent } from './fake-event-bus.ts';
import { type Fed, feed, writesOfSessions } from './feed.ts';
import { recordStream, type StreamRecorder } from './stream-recorder.ts';

let stack: FaultyStack;
let bus: FakeEventBus;
let wayToBus: FaultyProxy<string>;
let consumer: LocalFunction;
let stream: StreamRecorder;
let tenant: Tenant;
const logs: string[] = [];

beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1 });
  stream = recordStream(stack.table);
});
afterAll(async () => {
  await stack.close();
  stack.remove();
});
beforeEach(async () => {
  bus = await startFakeEventBus();
  const refusal = {
    status: 500,
    rawHeaders: ['content-type', 'application/x-amz-json-1.1'],
    body: Buffer.from('{"__type":"InternalException"}'),
  };
  wayToBus = await startFaultyProxy(
    { upstream: bus.url, describe: () => 'PutEvents', refuse: () => refusal },
    { seed: 1 },
  );
  consumer = runConsumer(stack.local.deployment, 'PublishSessionEvents', {
    eventBusUrl: wayToBus.url,
    timeoutMs: 8_000,
    log: (line) => logs.push(line),
  });
  tenant = await stack.newTenant();
  await stream.record();
  logs.length = 0;
});
afterEach(async () => {
  await consumer.close();
  await wayToBus.close();
  await bus.close();
});

type Options = { batchSize?: number; attemptsMax?: number };

const feedAll = (records: readonly DynamoDBRecord[], options: Options = {}): Promise<Fed> =>
  feed(stack.local.deployment, { consumer: 'PublishSessionEvents', lambda: consumer }, records, {
    batchSize: 100,
    attemptsMax: 50,
    ...options,
  });

const writes = (records: readonly DynamoDBRecord[]) =>
  writesOfSessions(stack.local.deployment, 'PublishSessionEvents', records);

const publish = (records: readonly DynamoDBRecord[], options?: Options): Promise<Fed> =>
  feedAll(writes(records), options);

/** @returns the records of one session's whole life, and what the API answered to each step. */
async function live(of: Tenant = tenant) {
  const records: DynamoDBRecord[] = [];
  const step = async <T>(act: () => Promise<T>): Promise<T> => {
    let answer: T | undefined;
    records.push(
      ...(await stream.during(async () => {
        answer = await act();
      })),
    );
    return answer as T;
  };
  const started = sessionIn(await step(() => start(stack.gatewayUrl, of)));
  const ended = sessionIn(await step(() => endSession(stack.gatewayUrl, of, started.sessionId)));
  await step(() => deleteSession(stack.gatewayUrl, of, started.sessionId));
  return { records, started, ended };
}

const strictSession = z.strictObject(SessionSchema.shape);

function typesOf(events: readonly TakenEvent[]): string[] {
  return events.map(({ type }) => type.replace('chat.session.', ''));
}

describe('the life of a session', () => {
  it('is three events, each with the session as the API answered it', async () => {
    const { records, started, ended } = await live();
    expect(await publish(records)).toEqual({ invocations: 1, discarded: [] });
    expect(bus.taken.map(({ type, detail }) => [type, detail.session])).toEqual([
      ['chat.session.started', started],
      ['chat.session.ended', ended],
      ['chat.session.deleted', ended],
    ]);
    for (const { busName, source, detail } of bus.taken) {
      expect([busName, source]).toEqual(['moonborn-events', 'moonborn.chat-sessions']);
      expect(Object.keys(detail).sort()).toEqual(['eventId', 'session']);
      strictSession.parse(detail.session);
    }
  });

  it('has an event id for each step, which is the same when the step is told again, and its time', async () => {
    const { records } = await live();
    await publish(records);
    await publish(records);
    const ids = bus.taken.map(({ detail }) => detail.eventId);
    expect(new Set(ids).size).toBe(3);
    expect(ids.slice(3)).toEqual(ids.slice(0, 3));
    for (const { atMs } of bus.taken) {
      expect(Math.abs(atMs - Date.now())).toBeLessThan(30_000);
    }
  });

  it('that ended by being deleted is a start and a deletion, with the session as it was', async () => {
    const started = sessionIn(await start(stack.gatewayUrl, tenant, undefined, 'Plans 🌙'));
    const records = await stream.record();
    await deleteSession(stack.gatewayUrl, tenant, started.sessionId);
    await publish([...records, ...(await stream.record())]);
    expect(bus.taken.map(({ type, detail }) => [type, detail.session])).toEqual([
      ['chat.session.started', started],
      ['chat.session.deleted', started],
    ]);
  });

  it('in a write shard has the id that the caller knows', async () => {
    await setPersonaShards(stack.table, { orgId: tenant.orgId, personaId: tenant.personaId, count: 64 });
    await stream.record();
    const answered: Session[] = [];
    const records = await stream.during(async () => {
      for (let i = 0; i < 5; i += 1) {
        answered.push(sessionIn(await start(stack.gatewayUrl, tenant)));
      }
    });
    await publish(records);
    const told = bus.taken.map(({ detail }) => detail.session.sessionId).sort();
    expect(told).toEqual(answered.map(({ sessionId }) => sessionId).sort());
    expect(told.some((id) => /^chs_[0-9A-Z]+-[0-9]+\./.test(id))).toBe(true);
  });
});

describe('nothing is told', () => {
  it('of what changes nothing: replays, second ends, second deletions, reads, refusals', async () => {
    const { sessionId } = sessionIn(await start(stack.gatewayUrl, tenant, 'a-key'));
    await endSession(stack.gatewayUrl, tenant, sessionId);
    await stream.record();
    const records = await stream.during(async () => {
      await start(stack.gatewayUrl, tenant, 'a-key');
      await endSession(stack.gatewayUrl, tenant, sessionId);
      await getSession(stack.gatewayUrl, tenant, sessionId);
      await listSessions(stack.gatewayUrl, tenant);
      await start(stack.gatewayUrl, tenant, 'a, b');
      await deleteSession(stack.gatewayUrl, tenant, sessionId.replace('chs_0', 'chs_1'));
    });
    // The requests were counted.
    expect(records.length).toBeGreaterThan(0);
    await feedAll(records, { attemptsMax: 1 });
    expect(bus.put()).toBe(0);
  });

  it('of personas, keys, plans, intents, usage and counts, even where no filter stands before the function', async () => {
    const records = await stream.during(async () => {
      const other = await stack.newTenant();
      await setPersonaStatus(stack.table, {
        orgId: other.orgId,
        personaId: other.personaId,
        status: 'archived',
      });
      await start(stack.gatewayUrl, tenant, 'an-opaque-key');
    });
    const besides = records.filter(({ dynamodb }) => !dynamodb?.Keys?.sk?.S?.startsWith('WS#'));
    expect(besides.length).toBeGreaterThanOrEqual(4);
    await feedAll(besides, { attemptsMax: 1 });
    expect(bus.put()).toBe(0);
  });

  it('of what TTL removes: sessions whose time is over, and the marks of deleted ones', async () => {
    await live();
    await start(stack.gatewayUrl, tenant);
    await stream.record();
    const removed = await stream.expireAll();
    expect(removed.map(({ eventName }) => eventName)).toContain('REMOVE');
    expect(removed.some(({ dynamodb }) => dynamodb?.OldImage?.status?.S === 'deleted')).toBe(true);
    await feedAll(removed, { attemptsMax: 1 });
    expect(bus.put()).toBe(0);
  });

  it('of changes in between, such as a message more', async () => {
    const { records } = await live();
    const [inserted] = writes(records) as [DynamoDBRecord];
    const image = inserted.dynamodb?.NewImage ?? {};
    const talkedTo: DynamoDBRecord = {
      ...inserted,
      eventName: 'MODIFY',
      dynamodb: { ...inserted.dynamodb, OldImage: image, NewImage: { ...image, messageCount: { N: '1' } } },
    };
    await feedAll([talkedTo], { attemptsMax: 1 });
    expect(bus.put()).toBe(0);
  });
});

describe('an event bus that fails', () => {
  it('for some events of a call is asked again for those only', async () => {
    let refused = 0;
    bus.refuseWhen(({ type }) => type === 'chat.session.ended' && ++refused <= 2);
    const lives = [await live(), await live(), await live()];
    await publish(lives.flatMap(({ records }) => records));
    expect(typesOf(bus.taken).filter((type) => type === 'ended')).toHaveLength(3);
    expect(bus.taken).toHaveLength(9);
  });

  it('for one event for good is told of all before it, and Lambda comes again from there', async () => {
    const { records } = await live();
    const [first, second, third] = writes(records);
    bus.refuseWhen(({ type }) => type === 'chat.session.ended');
    const { outcome } = await consumer.invoke(JSON.stringify({ Records: [first, second, third] }));
    expect(outcome).toEqual({
      result: JSON.stringify({ batchItemFailures: [{ itemIdentifier: second?.dynamodb?.SequenceNumber }] }),
    });
    expect(typesOf(bus.taken)).toEqual(['started']);
    expect(logs.join()).toContain('events not published');
  });

  it('without an answer is given up before the time of the function is over', async () => {
    const { records } = await live();
    wayToBus.follow([{ fault: { kind: 'hang-before' } }]);
    const startedMs = performance.now();
    const { outcome } = await consumer.invoke(JSON.stringify({ Records: writes(records) }));
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    expect(JSON.parse('result' in outcome ? outcome.result : '{}').batchItemFailures).toHaveLength(1);
  });

  it('is told everything at least once, and of each session in order, through faults of every kind', async () => {
    const tenants = [tenant, await stack.newTenant(), await stack.newTenant()];
    const records: DynamoDBRecord[] = [];
    const sessions: string[] = [];
    for (let i = 0; i < runSize({ byDefault: 12, full: 60 }); i += 1) {
      const { records: more, started } = await live(tenants[i % tenants.length]);
      records.push(...more);
      sessions.push(started.sessionId);
    }
    const shuffled = interleaved(writes(records), 7);
    const random = seededRandom(7);
    bus.refuseWhen(() => random.chance(0.2));
    wayToBus.follow([{ probability: 0.3, fault: QUICK_FAULTS }]);
    const { discarded } = await publish(shuffled, { batchSize: 20 });
    expect(discarded).toEqual([]);
    for (const sessionId of sessions) {
      const told = typesOf(bus.taken.filter(({ detail }) => detail.session.sessionId === sessionId));
      // In the order of the first time; later times are repetitions.
      expect([...new Set(told)]).toEqual(['started', 'ended', 'deleted']);
    }
    const ids = bus.taken.map(({ detail }) => detail.eventId);
    expect(new Set(ids)).toEqual(new Set(shuffled.map(({ eventID }) => eventID)));
  });
});

describe('a record that can’t be told', () => {
  it('is given up after many attempts, and all others are told, in order', async () => {
    const [one, two] = [await live(), await live()];
    const broken = structuredClone(writes(one.records)[0] as DynamoDBRecord);
    Object.assign(broken.dynamodb?.NewImage ?? {}, { messageCount: { N: '1'.repeat(30) } });
    Object.assign(broken.dynamodb ?? {}, { SequenceNumber: '4200000000000000000001' });
    const records = [...writes(one.records), broken, ...writes(two.records)];
    const { discarded } = await feedAll(records, { attemptsMax: 3 });
    expect(discarded).toEqual([broken]);
    for (const { started } of [one, two]) {
      const told = typesOf(bus.taken.filter(({ detail }) => detail.session.sessionId === started.sessionId));
      expect([...new Set(told)]).toEqual(['started', 'ended', 'deleted']);
    }
  });
});

/** Mixes the records of different sessions, and keeps the order of each. */
function interleaved(records: readonly DynamoDBRecord[], seed: number): DynamoDBRecord[] {
  const random = seededRandom(seed);
  const queues = new Map<string, DynamoDBRecord[]>();
  for (const record of records) {
    const name = JSON.stringify(record.dynamodb?.Keys);
    queues.set(name, [...(queues.get(name) ?? []), record]);
  }
  const mixed: DynamoDBRecord[] = [];
  while (queues.size > 0) {
    const name = random.pick([...queues.keys()]);
    const queue = queues.get(name) as DynamoDBRecord[];
    mixed.push(queue.shift() as DynamoDBRecord);
    if (queue.length === 0) {
      queues.delete(name);
    }
  }
  return mixed;
}
