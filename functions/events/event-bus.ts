// The event bus as the functions reach it: a few events at a time, and which of them it did not take.
import { setTimeout as sleep } from 'node:timers/promises';
import { type CallService, openJsonService } from '../aws/json-service.ts';

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

const LIMITS = { maxAttempts: 4, connectionTimeoutMs: 1_000, requestTimeoutMs: 3_000 };

/** As EventBridge's PutEvents takes it. */
interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  /** Epoch seconds. */
  readonly Time: number;
}

export function openEventBus(busName: string): EventBus {
  const call = openJsonService({
    service: 'events',
    target: 'AWSEvents',
    jsonVersion: '1.1',
    endpoint: process.env.AWS_ENDPOINT_URL_EVENTBRIDGE,
    limits: LIMITS,
  });
  return {
    async put(events, signal) {
      const entries = events.map((event) => entryOf(event, busName));
      let left = [...entries.keys()];
      for (let sent = 1; ; sent += 1) {
        left = await putOnce(call, entries, left, signal);
        if (left.length === 0 || sent === SENT_MAX) {
          return left;
        }
        await sleep(PAUSE_MS * 2 ** sent * (0.5 + Math.random() / 2), undefined, { signal });
      }
    },
  };
}

function entryOf({ type, detail, atMs }: BusEvent, EventBusName: string): Entry {
  return { EventBusName, Source: SOURCE, DetailType: type, Detail: detail, Time: atMs / 1_000 };
}

/** A call that goes well as a whole may have taken some events and not others. */
async function putOnce(
  call: CallService,
  entries: readonly Entry[],
  positions: readonly number[],
  signal: AbortSignal,
): Promise<number[]> {
  const input = { Entries: positions.map((position) => entries[position]) };
  const answer: { Entries?: readonly { readonly EventId?: string }[] } = await call(
    'PutEvents',
    input,
    signal,
  );
  return positions.filter((_, i) => answer.Entries?.[i]?.EventId === undefined);
}
