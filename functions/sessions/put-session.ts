// Writes a session that does not exist yet: the one write of a start.
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { attemptWrite } from '../dynamodb/conditional-write.ts';
import { callOptions, type Table } from '../dynamodb/table.ts';
import type { Session } from './session.ts';
import {
  isLive,
  type NewSessionItem,
  newSessionItem,
  type StoredItem,
  sessionAtStart,
} from './session-item.ts';

export type PutSessionOutcome =
  /** This request wrote it. */
  | { readonly outcome: 'started'; readonly session: Session }
  /** Another request with the same key wrote it before; `session` is as that one was answered. */
  | { readonly outcome: 'exists'; readonly session: Session; readonly payloadFingerprint: string | undefined }
  | { readonly outcome: 'deleted' };

/**
 * One write unit for an item below 1 KB.
 * @throws Outage when the database does not answer; the session may then have been written or not.
 */
export async function putSession(
  table: Table,
  session: NewSessionItem,
  nowMs: number,
): Promise<PutSessionOutcome> {
  const item = newSessionItem(session);
  const put = await attemptWrite(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
      callOptions(table),
    ),
  );
  if ('written' in put) {
    return { outcome: 'started', session: sessionAtStart(session.start, item) };
  }
  return existing(session, put.refusedBy as StoredItem | undefined, nowMs);
}

function existing(session: NewSessionItem, stored: StoredItem | undefined, nowMs: number): PutSessionOutcome {
  // Without the item, it was removed between the check and the answer.
  if (stored === undefined || !isLive(stored, nowMs)) {
    return { outcome: 'deleted' };
  }
  return {
    outcome: stored.startRequestId === session.requestId ? 'started' : 'exists',
    session: sessionAtStart(session.start, stored),
    payloadFingerprint: stored.payloadFingerprint,
  };
}
