// The intent item of an idempotency key that does not name its session itself: the key's session is settled here.
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { attemptWrite } from '../dynamodb/conditional-write.ts';
import { intentKey } from '../dynamodb/keys.ts';
import { callOptions, reach, type Table } from '../dynamodb/table.ts';

export interface Intent {
  readonly ulid: string;
  readonly shard: number;
  readonly startedAt: string;
  readonly payloadFingerprint: string;
}

export interface IntentPlace {
  readonly orgId: string;
  readonly personaId: string;
  readonly intentHash: string;
}

/**
 * One write unit.
 * @param expiresAt epoch seconds until which the key means the same session
 * @returns the intent that holds: the given one, or that of the request that came first.
 */
export async function claimIntent(
  table: Table,
  place: IntentPlace,
  intent: Intent,
  { nowMs, expiresAt }: { nowMs: number; expiresAt: number },
): Promise<Intent> {
  const put = await attemptWrite(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...intentKey(place.orgId, place.personaId, place.intentHash), ...intent, expiresAt },
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: { ':now': Math.floor(nowMs / 1000) },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
      callOptions(table),
    ),
  );
  if ('written' in put) {
    return intent;
  }
  if (put.refusedBy === undefined) {
    throw new Error('An intent item stood in the way of its own write and was not reported');
  }
  return put.refusedBy as unknown as Intent;
}

/** @returns the intent, unless there is none or it has expired. */
export async function getIntent(
  table: Table,
  place: IntentPlace,
  nowMs: number,
): Promise<Intent | undefined> {
  const { Item } = await reach(
    table.client.send(
      new GetCommand({
        TableName: table.name,
        Key: intentKey(place.orgId, place.personaId, place.intentHash),
        ConsistentRead: true,
      }),
      callOptions(table),
    ),
  );
  return Item !== undefined && Item.expiresAt * 1000 > nowMs ? (Item as unknown as Intent) : undefined;
}
