// Counts an org's requests of one minute in one item, and with them those of a key that has a limit of its own.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { attemptWrite } from '../dynamodb/conditional-write.ts';
import { requestCountKey } from '../dynamodb/keys.ts';
import { callOptions, type Table } from '../dynamodb/table.ts';
import { type LimitedCaller, WINDOW_MS } from './rate-limit.ts';

export interface RequestCount {
  readonly caller: LimitedCaller;
  readonly windowMs: number;
  readonly requests: number;
  /** Nothing is counted any more once the org has made so many; a key has its limit with it. */
  readonly orgLimit: number;
}

/** How much of the minute's item is kept for those who look into it; TTL removes it after that. */
const KEPT_SECONDS = 3_600;

/**
 * One write unit: the item stays below 1 KB up to some seventy keys with a limit of their own.
 * @returns how many were made in the minute with these, or `undefined` when a limit had been reached before.
 */
export async function countRequests(
  table: Table,
  { caller: { orgId, keyLimit }, windowMs, requests, orgLimit }: RequestCount,
): Promise<{ readonly org: number; readonly key: number } | undefined> {
  const update = await attemptWrite(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: requestCountKey(orgId, windowMs),
        UpdateExpression: `SET expiresAt = :expiresAt ADD requests :n${keyLimit ? ', #key :n' : ''}`,
        ConditionExpression: `(attribute_not_exists(requests) OR requests < :orgLimit)${
          keyLimit ? ' AND (attribute_not_exists(#key) OR #key < :keyLimit)' : ''
        }`,
        ...(keyLimit && { ExpressionAttributeNames: { '#key': attributeOf(keyLimit.keyId) } }),
        ExpressionAttributeValues: {
          ':n': requests,
          ':orgLimit': orgLimit,
          ':expiresAt': (windowMs + WINDOW_MS) / 1000 + KEPT_SECONDS,
          ...(keyLimit && { ':keyLimit': keyLimit.requestsPerMinute }),
        },
        ReturnValues: 'UPDATED_NEW',
      }),
      callOptions(table),
    ),
  );
  if (!('written' in update)) {
    return undefined;
  }
  const counts = update.written.Attributes ?? {};
  return { org: counts.requests, key: keyLimit ? counts[attributeOf(keyLimit.keyId)] : 0 };
}

/** The random end of the id tells an org's keys apart, and is short. */
function attributeOf(keyId: string): string {
  return `K${keyId.slice(-8)}`;
}
