// Ends a session, once.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { attemptWrite } from '../dynamodb/conditional-write.ts';
import { sessionKey } from '../dynamodb/keys.ts';
import { callOptions, type Table } from '../dynamodb/table.ts';
import type { Session } from './session.ts';
import { isLive, type SessionItem, type SessionPlace, type StoredItem, sessionNow } from './session-item.ts';

export interface EndSession {
  readonly place: SessionPlace;
  readonly requestId: string;
  readonly nowMs: number;
  /** Epoch seconds from which the ended session is gone; absent to keep it. */
  readonly expiresAt: number | undefined;
}

export interface EndedSession {
  readonly session: Session;
  readonly alreadyEnded: boolean;
}

/**
 * One write unit for an item below 1 KB. An archived session stays as it is.
 * @returns `undefined` when there is no such session.
 */
export async function endSession(table: Table, end: EndSession): Promise<EndedSession | undefined> {
  const update = await attemptWrite(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: sessionKey(end.place),
        // What is not stored follows from what is: a session was last active when it ended.
        UpdateExpression:
          end.expiresAt === undefined
            ? 'SET #status = :ended, endedAt = :now, endRequestId = :requestId REMOVE lastActiveAt, expiresAt'
            : 'SET #status = :ended, endedAt = :now, endRequestId = :requestId, expiresAt = :expiresAt REMOVE lastActiveAt',
        // Fails for an item that does not exist, so an update never creates one.
        ConditionExpression:
          '#status = :active AND (attribute_not_exists(expiresAt) OR expiresAt > :nowSeconds)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':active': 'active',
          ':ended': 'ended',
          ':now': new Date(end.nowMs).toISOString(),
          ':nowSeconds': Math.floor(end.nowMs / 1000),
          ':requestId': end.requestId,
          ...(end.expiresAt === undefined ? {} : { ':expiresAt': end.expiresAt }),
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
      callOptions(table),
    ),
  );
  if ('written' in update) {
    return { session: sessionNow(end.place, update.written.Attributes as SessionItem), alreadyEnded: false };
  }
  const stored = update.refusedBy as StoredItem | undefined;
  if (stored === undefined || !isLive(stored, end.nowMs)) {
    return undefined;
  }
  return {
    session: sessionNow(end.place, stored),
    // The SDK may have sent this very request's update twice.
    alreadyEnded: stored.endRequestId !== end.requestId,
  };
}
