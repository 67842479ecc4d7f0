// Tells the event bus of sessions that were started, ended and deleted: from the table's stream, at least once, in order.
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { readEventsEnv } from './env.ts';
import { logError } from './http/log.ts';
import { type EventBus, openEventBus } from './stream/event-bus.ts';
import { publishInOrder } from './stream/publish-in-order.ts';
import { sessionChange } from './stream/session-change.ts';

/** Kept back for an answer that says how far it got; without one, all would be published again. */
const ANSWER_RESERVE_MS = 2_000;

export function createPublishSessionEvents(bus: EventBus) {
  return async (
    { Records }: DynamoDBStreamEvent,
    { getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<DynamoDBBatchResponse> => {
    const signal = AbortSignal.timeout(Math.max(0, getRemainingTimeInMillis() - ANSWER_RESERVE_MS));
    const changes = Records.flatMap((record) => sessionChange(record) ?? []);
    const unpublished = await publishInOrder(bus, changes, signal);
    if (unpublished === undefined) {
      return { batchItemFailures: [] };
    }
    const { sequenceNumber } = unpublished.first;
    logError('events not published', { records: Records.length, sequenceNumber }, unpublished.cause);
    return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
  };
}

export const handler = createPublishSessionEvents(openEventBus(readEventsEnv(process.env).eventBusName));
