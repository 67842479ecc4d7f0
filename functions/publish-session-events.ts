// Tells the event bus of sessions that were started, ended and deleted: from the table's stream, at least once, in order.
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { readEventsEnv } from './env.ts';
import { type EventBus, openEventBus } from './events/event-bus.ts';
import { publishInOrder } from './events/publish-in-order.ts';
import { logError } from './observability/log.ts';
import { sessionChange } from './sessions/session-change.ts';

/** Reserved for the response with the first unpublished record. Without it, Lambda would send the whole batch again. */
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
