// Deletes a session: all that it held is gone, and its key stays taken until no retry of its start can come.
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { attemptWrite } from '../dynamodb/conditional-write.ts';
import { sessionKey } from '../dynamodb/keys.ts';
import { callOptions, type Table } from '../dynamodb/table.ts';
import { IDEMPOTENCY_WINDOW_MS } from './idempotency-key.ts';
import type { DeletedSessionItem, SessionPlace, StoredItem } from './session-item.ts';
import { ulidTimeMs } from './ulid.ts';

/** Covers clocks that differ between the functions' machines. */
const CLOCK_SKEW_MS = 5 * 60_000;

export interface DeleteSession {
  readonly place: SessionPlace;
  readonly requestId: string;
  readonly nowMs: number;
}

/**
 * One write unit for an item below 1 KB.
 * @returns whether there was such a session.
 */
export async function deleteSession(
  table: Table,
  { place, requestId, nowMs }: DeleteSession,
): Promise<boolean> {
  const put = await attemptWrite(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: deletedItem(place, requestId, nowMs),
        ConditionExpression:
          'attribute_exists(pk) AND #status <> :deleted AND (attribute_not_exists(expiresAt) OR expiresAt > :nowSeconds)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':deleted': 'deleted', ':nowSeconds': Math.floor(nowMs / 1000) },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
      callOptions(table),
    ),
  );
  if ('written' in put) {
    return true;
  }
  const stored = put.refusedBy as StoredItem | undefined;
  // The SDK may have sent this very request's write twice.
  return stored?.status === 'deleted' && stored.deleteRequestId === requestId;
}

/** A key is refused once its time, which is the ulid's, is a day old; from then on nothing can start here again. */
function deletedItem(place: SessionPlace, requestId: string, nowMs: number): DeletedSessionItem {
  const lastRetryMs = ulidTimeMs(place.ulid) + IDEMPOTENCY_WINDOW_MS;
  return {
    ...sessionKey(place),
    status: 'deleted',
    deleteRequestId: requestId,
    expiresAt: Math.ceil((Math.max(lastRetryMs, nowMs) + CLOCK_SKEW_MS) / 1000),
  };
}
