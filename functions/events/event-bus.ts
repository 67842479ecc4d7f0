// The event bus as the functions reach it: a few events at a time, and which of them it did not take.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';

export interface BusEvent {
  readonly type: string;
  /** JSON. */
  readonly detail: string;
  readonly atMs: number;
}

export interface EventBus {
  /**
   * Each at least once; the order among them is not kept.
   * @param events at most {@link PUT_MAX}
   * @returns the positions of those that were not taken, however often they were sent.
   */
  put(events: readonly BusEvent[], signal: AbortSignal): Promise<readonly number[]>;
}

/** What EventBridge takes at once. */
export const PUT_MAX = 10;

const SOURCE = 'moonborn.chat-sessions';
const SENT_MAX = 4;
const PAUSE_MS = 100;

const SETTINGS: EventBridgeClientConfig = {
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    socketTimeout: 3_000,
    throwOnRequestTimeout: true,
  },
};

export function openEventBus(busName: string): EventBus {
  const { AWS_REGION: region, AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint } = process.env;
  const client = new EventBridgeClient({
    ...SETTINGS,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  return {
    async put(events, signal) {
      const entries = events.map((event) => entryOf(event, busName));
      let left = [...entries.keys()];
      for (let sent = 1; ; sent += 1) {
        left = await putOnce(client, entries, left, signal);
        if (left.length === 0 || sent === SENT_MAX) {
          return left;
        }
        await sleep(PAUSE_MS * 2 ** sent * (0.5 + Math.random() / 2), undefined, { signal });
      }
    },
  };
}

function entryOf({ type, detail, atMs }: BusEvent, EventBusName: string): PutEventsRequestEntry {
  return {
    EventBusName,
    Source: SOURCE,
    DetailType: type,
    Detail: detail,
    Time: new Date(atMs),
  };
}

/** A call that goes well as a whole may have taken some events and not others. */
async function putOnce(
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
  positions: readonly number[],
  abortSignal: AbortSignal,
): Promise<number[]> {
  const Entries = positions.map((position) => entries[position] as PutEventsRequestEntry);
  const answer = await client.send(new PutEventsCommand({ Entries }), { abortSignal });
  return positions.filter((_, i) => answer.Entries?.[i]?.EventId === undefined);
}
