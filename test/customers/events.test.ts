// Events of sessions: from the records of the stream to an event bus, over HTTP.
import type { DynamoDBRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setPersonaStatus } from '../../admin/change-persona.ts';
import { createPersona } from '../../admin/create-persona.ts';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import { setOrgPlan } from '../../admin/org-plan.ts';
import { EVENT_TYPES } from '../../functions/env.ts';
import { openEventBus } from '../../functions/events/event-bus.ts';
import { countRequest } from '../../functions/limits/count-requests.ts';
import { createPublishSessionEvents } from '../../functions/publish-session-events.ts';
import { endSession } from '../../functions/sessions/end.ts';
import type { Session } from '../../functions/sessions/session.ts';
import { addUsage } from '../../functions/usage/add-usage.ts';
import { type FaultyProxy, startFaultyProxy } from '../faults/faulty-proxy.ts';
import { captureLogs } from '../unit/log-lines.ts';
import { type FakeEventBus, startFakeEventBus, type TakenEvent } from './fake-event-bus.ts';
import { addressOf, end, newRequest, putPersona, record, remove, start, turnOf, update } from './lives.ts';
import { RecordedStream } from './recorded-stream.ts';

const NOW_MS = Date.parse('2026-11-23T10:15:00Z');
const ORG = { orgId: 'org_1', workspaceId: 'ws_1', personaId: 'psn_1' };
const OPAQUE_KEY = { kind: 'opaque', value: 'order-4711' } as const;

const logs = captureLogs();
let stream: RecordedStream;
let bus: FakeEventBus;
let wayToBus: FaultyProxy<string>;
let publish: ReturnType<typeof createPublishSessionEvents>;

beforeEach(async () => {
  stream = new RecordedStream(NOW_MS);
  await putPersona(stream.table, ORG.orgId);
  stream.take();
  bus = await startFakeEventBus();
  const refusal = { status: 500, rawHeaders: [], body: Buffer.from('{"__type":"InternalException"}') };
  wayToBus = await startFaultyProxy(
    { upstream: bus.url, describe: () => 'PutEvents', refuse: () => refusal },
    { seed: 1 },
  );
  process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = wayToBus.url;
  publish = createPublishSessionEvents(openEventBus('moonborn-events'), EVENT_TYPES);
});
afterEach(async () => {
  await wayToBus.close();
  await bus.close();
});

/** Without the filter that stands before the deployed function. */
const invoke = (Records: DynamoDBRecord[], remainingMs = 60_000) =>
  publish({ Records }, { getRemainingTimeInMillis: () => remainingMs });

/** @returns the records of one session's whole life, and what each step was answered. */
async function live() {
  const started = await start(stream.table, ORG.orgId);
  const ended = await end(stream.table, started);
  await remove(stream.table, ended);
  return { records: stream.take(), started, ended };
}

const told = () => bus.taken.map(({ type, detail }) => [type, detail.session]);
const typesOf = (events: readonly TakenEvent[]) =>
  events.map(({ type }) => type.replace(/^chat\.(session\.)?/, ''));

describe('The life of a session', () => {
  it('is three events, each with the session as it was answered, at the time of the record', async () => {
    const { records, started, ended } = await live();
    expect(await invoke(records)).toEqual({ batchItemFailures: [] });
    expect(told()).toEqual([
      ['chat.session.started', started],
      ['chat.session.ended', ended],
      ['chat.session.deleted', ended],
    ]);
    for (const { busName, source, detail, atMs } of bus.taken) {
      expect([busName, source, atMs]).toEqual(['moonborn-events', 'moonborn.chat-sessions', NOW_MS]);
      expect(Object.keys(detail).sort()).toEqual(['eventId', 'session']);
    }
  });

  it('has an event id for each step, which is the same when the step is told again', async () => {
    const { records } = await live();
    await invoke(records);
    await invoke(records);
    const ids = bus.taken.map(({ detail }) => detail.eventId);
    expect(new Set(ids).size).toBe(3);
    expect(ids.slice(3)).toEqual(ids.slice(0, 3));
  });

  it('that ended by being deleted is a start and a deletion, with the session as it was', async () => {
    const started = await start(stream.table, ORG.orgId);
    await remove(stream.table, started);
    await invoke(stream.take());
    expect(told()).toEqual([
      ['chat.session.started', started],
      ['chat.session.deleted', started],
    ]);
  });

  it('in a write shard has the id that the caller knows', async () => {
    await putPersona(stream.table, ORG.orgId, 64);
    const sessions: Session[] = [];
    for (let i = 0; i < 5; i += 1) {
      sessions.push(await start(stream.table, ORG.orgId));
    }
    await invoke(stream.take());
    expect(told()).toEqual(sessions.map((session) => ['chat.session.started', session]));
    expect(sessions.some(({ sessionId }) => /^chs_[0-9A-Z]{26}-[0-9]+_/.test(sessionId))).toBe(true);
  });
});

describe('Nothing is told', () => {
  it('of what changes nothing: replays, second ends, second deletions', async () => {
    const session = await start(stream.table, ORG.orgId, OPAQUE_KEY);
    await end(stream.table, session);
    stream.take();
    await start(stream.table, ORG.orgId, OPAQUE_KEY);
    await end(stream.table, session);
    await remove(stream.table, session);
    stream.take();
    await remove(stream.table, session);
    expect(stream.take()).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'personas',
      async () => {
        const persona = { ...ORG, personaId: 'psn_2' };
        await createPersona(stream.table, { ...persona, name: 'Ada' });
        await setPersonaStatus(stream.table, { ...persona, status: 'archived' });
      },
    ],
    [
      'API keys',
      () => issueApiKey(stream.table, { ...ORG, userId: 'u', scopes: ['*'], environment: 'test' }),
    ],
    ['plans', () => setOrgPlan(stream.table, { ...ORG, plan: 'team' })],
    ['counts of requests', () => countRequest(stream.table, ORG, NOW_MS, 10)],
    [
      'usage',
      () =>
        addUsage(stream.table, { ...ORG, day: '2026-11-23', shardId: 'shardId-1' }, [
          { usage: { startChatSession: 1 }, sequenceNumber: '1' },
        ]),
    ],
  ])('of %s', async (_what, write) => {
    await write();
    const records = stream.take();
    expect(records.length).toBeGreaterThan(0);
    expect(await invoke(records)).toEqual({ batchItemFailures: [] });
    expect(bus.put()).toBe(0);
  });

  it('of intents', async () => {
    await start(stream.table, ORG.orgId, OPAQUE_KEY);
    const records = stream.take();
    await invoke(records);
    expect([records.length, bus.put()]).toEqual([2, 1]);
  });

  it('of what TTL removes: sessions that have expired, and tombstones', async () => {
    await live();
    const { table } = stream;
    const expiring = await start(table, ORG.orgId);
    await endSession(table, { address: addressOf(expiring), ...newRequest(), expiresAt: NOW_MS / 1000 });
    stream.take();
    stream.removeExpiring();
    const removed = stream.take();
    expect(removed.map(({ eventName }) => eventName)).toEqual(['REMOVE', 'REMOVE']);
    await invoke(removed);
    expect(bus.put()).toBe(0);
  });

  it('of a change that changes nothing that callers see', async () => {
    const session = await start(stream.table, ORG.orgId);
    stream.take();
    await update(stream.table, session, { title: session.title, archived: false });
    const written = stream.take();
    expect(written.map(({ eventName }) => eventName)).toEqual(['MODIFY']);
    await invoke(written);
    expect(bus.put()).toBe(0);
  });
});

describe('A session that is used', () => {
  it('is one event for each turn and each change, with the session as it was answered, in their order', async () => {
    const { table } = stream;
    const started = await start(table, ORG.orgId);
    const answered = [
      started,
      await record(table, started, turnOf(1)),
      await update(table, started, { title: 'Another', metadata: { topic: 'billing' } }),
      await record(table, started, turnOf(2)),
      await update(table, started, { archived: true }),
      await update(table, started, { archived: false }),
      await end(table, started),
      await update(table, started, { archived: true }),
    ];
    expect(await invoke(stream.take())).toEqual({ batchItemFailures: [] });
    expect(typesOf(bus.taken)).toEqual([
      'started',
      'turn.recorded',
      'updated',
      'turn.recorded',
      'updated',
      'updated',
      'ended',
      'updated',
    ]);
    expect(bus.taken.map(({ detail }) => detail.session)).toEqual(answered);
    expect(answered.at(-1)).toMatchObject({ metadata: { topic: 'billing' }, status: 'archived' });
  });

  it('has the figures of the turn itself in the event of a turn, and nothing besides in the others', async () => {
    const session = await start(stream.table, ORG.orgId);
    await record(stream.table, session, turnOf(1));
    await record(stream.table, session, turnOf(2));
    await update(stream.table, session, { archived: true });
    await invoke(stream.take());
    const [, first, second, updated] = bus.taken.map(({ detail }) => detail);
    expect([first.turn, second.turn]).toEqual([turnOf(1), turnOf(2)]);
    expect(Object.keys(updated).sort()).toEqual(['eventId', 'session']);
  });

  it('is told of a turn once, however often the turn is recorded', async () => {
    const session = await start(stream.table, ORG.orgId);
    for (let i = 0; i < 3; i += 1) {
      await record(stream.table, session, turnOf(1));
    }
    await invoke(stream.take());
    expect(typesOf(bus.taken)).toEqual(['started', 'turn.recorded']);
  });

  it.each(EVENT_TYPES)('is told of nothing but "%s" where the configuration says so', async (type) => {
    const { table } = stream;
    const session = await start(table, ORG.orgId);
    await record(table, session, turnOf(1));
    await update(table, session, { title: 'Another' });
    await end(table, session);
    await remove(table, session);
    const publishSome = createPublishSessionEvents(openEventBus('moonborn-events'), [type]);
    await publishSome({ Records: stream.take() }, { getRemainingTimeInMillis: () => 60_000 });
    expect(bus.taken.map((event) => event.type)).toEqual([type]);
  });

  it('keeps the order of its events when the bus refuses one of them', async () => {
    const { table } = stream;
    const session = await start(table, ORG.orgId);
    for (let turn = 1; turn <= 12; turn += 1) {
      await record(table, session, turnOf(turn));
    }
    const records = stream.take();
    let refused = 0;
    bus.refuseWhen(({ detail }) => detail.turn?.turn === 5 && ++refused <= 6);
    const { batchItemFailures } = await invoke(records);
    expect(batchItemFailures).toEqual([{ itemIdentifier: records[5]?.dynamodb?.SequenceNumber }]);
    await invoke(records.slice(5));
    expect(bus.taken.map(({ detail }) => detail.turn?.turn ?? 0)).toEqual(
      Array.from({ length: 13 }, (_, i) => i),
    );
  });
});

describe('An event bus that fails', () => {
  it('for some events of a call is asked again for those only', async () => {
    let refused = 0;
    bus.refuseWhen(({ type }) => type === 'chat.session.ended' && ++refused <= 2);
    const lives = [await live(), await live(), await live()];
    expect(await invoke(lives.flatMap(({ records }) => records))).toEqual({ batchItemFailures: [] });
    expect(typesOf(bus.taken).filter((type) => type === 'ended')).toHaveLength(3);
    expect([bus.taken.length, bus.put()]).toEqual([9, 11]);
  });

  it('for one event for good is told of all before it, and Lambda comes again from there', async () => {
    const { records } = await live();
    bus.refuseWhen(({ type }) => type === 'chat.session.ended');
    expect(await invoke(records)).toEqual({
      batchItemFailures: [{ itemIdentifier: records[1]?.dynamodb?.SequenceNumber }],
    });
    expect(typesOf(bus.taken)).toEqual(['started']);
    expect(logs.parsed()).toContainEqual(expect.objectContaining({ message: 'events not published' }));
  });

  it('without an answer is given up before the time of the function is over', async () => {
    const { records } = await live();
    wayToBus.follow([{ fault: { kind: 'hang-before' } }]);
    expect(await invoke(records, 2_300)).toEqual({
      batchItemFailures: [{ itemIdentifier: records[0]?.dynamodb?.SequenceNumber }],
    });
  });
});

it('A record that can’t be told fails its batch before anything is told, so that Lambda halves it down to the record', async () => {
  const [one, two] = [await live(), await live()];
  const damaged = structuredClone(one.records[0] as DynamoDBRecord);
  Object.assign(damaged.dynamodb?.NewImage ?? {}, { title: { N: '1' } });
  await expect(invoke([...one.records, damaged, ...two.records])).rejects.toThrow(/pk "ORG#org_1#.*title/);
  expect(bus.put()).toBe(0);
});
