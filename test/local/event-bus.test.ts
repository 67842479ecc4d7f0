// The event bus of the local stack: as strict as EventBridge, and a line for each event.
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEventBus } from '../../functions/events/event-bus.ts';
import { type LocalEventBus, startEventBus } from '../../local/event-bus/event-bus.ts';
import type { BusEvent } from '../../local/event-bus/put-events.ts';

const GOOD: PutEventsRequestEntry = {
  EventBusName: 'chat',
  Source: 'moonborn.chat-sessions',
  DetailType: 'chat.session.started',
  Detail: JSON.stringify({ session: { sessionId: 'chs_1' } }),
  Time: new Date('2026-11-23T10:15:00Z'),
};

let bus: LocalEventBus;
let client: EventBridgeClient;
let taken: [busName: string, event: BusEvent][] = [];

beforeEach(async () => {
  taken = [];
  bus = await startEventBus({
    region: 'eu-central-1',
    account: '000000000000',
    take: (event, busName) => taken.push([busName, event]) > 0,
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new EventBridgeClient({
    endpoint: bus.endpoint,
    region: 'eu-central-1',
    credentials,
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await bus.close();
});

const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));

describe('an event that was put', () => {
  it('looks as it does to whoever a rule of EventBridge tells', async () => {
    const { Entries, FailedEntryCount } = await put(GOOD);
    expect(FailedEntryCount).toBe(0);
    expect(taken).toEqual([
      [
        'chat',
        {
          version: '0',
          id: Entries?.[0]?.EventId,
          'detail-type': 'chat.session.started',
          source: 'moonborn.chat-sessions',
          account: '000000000000',
          time: '2026-11-23T10:15:00Z',
          region: 'eu-central-1',
          resources: [],
          detail: { session: { sessionId: 'chs_1' } },
        },
      ],
    ]);
  });

  it('by a function arrives as the same event', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', bus.endpoint);
    const atMs = Date.parse('2026-11-23T10:15:00Z');
    const event = { type: 'chat.session.started', detail: GOOD.Detail ?? '', atMs };
    expect(await openEventBus('chat').put([event], AbortSignal.timeout(10_000))).toEqual([]);
    await put(GOOD);
    const [[, ours] = [], [, theirs] = []] = taken;
    expect(ours).toEqual({ ...theirs, id: ours?.id });
    vi.unstubAllEnvs();
  });

  it.each<[string, PutEventsRequestEntry, string]>([
    ['without a source', { ...GOOD, Source: undefined }, 'InvalidArgument'],
    ['without a type', { ...GOOD, DetailType: '' }, 'InvalidArgument'],
    ['without a detail', { ...GOOD, Detail: undefined }, 'InvalidArgument'],
    ['with a detail that is no JSON', { ...GOOD, Detail: '{' }, 'MalformedDetail'],
    ['with a detail that is no object', { ...GOOD, Detail: '[]' }, 'MalformedDetail'],
  ])('%s is refused alone', async (_what, bad, code) => {
    const { Entries, FailedEntryCount } = await put(bad, GOOD);
    expect(FailedEntryCount).toBe(1);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([code, undefined]);
    expect(taken).toHaveLength(1);
  });
});

describe('a call is refused as a whole', () => {
  it.each<[string, PutEventsRequestEntry[]]>([
    ['with more than ten events', Array.from({ length: 11 }, () => GOOD)],
    ['with none', []],
    ['with more than 256 KB', [{ ...GOOD, Detail: JSON.stringify({ text: 'x'.repeat(262_144) }) }]],
  ])('%s', async (_what, entries) => {
    await expect(put(...entries)).rejects.toThrow();
    expect(taken).toEqual([]);
  });

  it('when it is none that the bus knows', async () => {
    const answer = await fetch(bus.endpoint, { method: 'POST', body: '{}' });
    expect([answer.status, await answer.json()]).toMatchObject([400, { __type: 'ValidationException' }]);
  });
});
