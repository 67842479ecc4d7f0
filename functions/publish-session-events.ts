// Tells the event bus of what becomes of sessions: from the table's stream, at least once, in order.
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type EventType, readEventsEnv } from './env.ts';
import { type EventBus, openEventBus } from './events/event-bus.ts';
import { eventType, publishInOrder } from './events/publish-in-order.ts';
import { logError } from './observability/log.ts';
import { sessionChange } from './sessions/session-change.ts';

/** Reserved for the response with the first unpublished record. Without it, Lambda would send the whole batch again. */
const ANSWER_RESERVE_MS = 2_000;

/** @param types the others are published to nobody */
export function createPublishSessionEvents(bus: EventBus, types: readonly EventType[]) {
  return async (
    { Records }: DynamoDBStreamEvent,
    { getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<DynamoDBBatchResponse> => {
    const signal = AbortSignal.timeout(Math.max(0, getRemainingTimeInMillis() - ANSWER_RESERVE_MS));
    const changes = Records.flatMap((record) => sessionChange(record) ?? []).filter((change) =>
      types.includes(eventType(change)),
    );
    const unpublished = await publishInOrder(bus, changes, signal);
    if (unpublished === undefined) {
      return { batchItemFailures: [] };
    }
    const { sequenceNumber } = unpublished.first;
    logError('events not published', { records: Records.length, sequenceNumber }, unpublished.cause);
    return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
  };
}

const { eventBusName, eventTypes } = readEventsEnv(process.env);
export const handler = createPublishSessionEvents(openEventBus(eventBusName), eventTypes);
