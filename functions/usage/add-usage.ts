// Adds to the counts of an org's day, each record of the stream once, however often it comes.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { attemptWrite } from '../dynamodb/conditional-write.ts';
import { usageKey } from '../dynamodb/keys.ts';
import { callOptions, type Table } from '../dynamodb/table.ts';
import { type CountedOperation, countOperations } from './usage.ts';

export interface DayInShard {
  readonly orgId: string;
  readonly day: string;
  readonly shardId: string;
}

export interface CountedRecord {
  readonly operation: CountedOperation;
  readonly sequenceNumber: string;
}

/**
 * One write unit. A shard's records come in order, and again only when they have come before, so whatever does not stand
 * behind the last one that was counted has been counted.
 * @param records in the order of the shard
 */
export async function addUsage(
  table: Table,
  place: DayInShard,
  records: readonly CountedRecord[],
): Promise<void> {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) {
    return;
  }
  const counts = countOperations(records.map(({ operation }) => operation));
  const update = await attemptWrite(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: usageKey(place),
        UpdateExpression:
          'SET lastSequence = :last ADD startChatSession :starts, endChatSession :ends, deleteChatSession :deletes',
        ConditionExpression: 'attribute_not_exists(lastSequence) OR lastSequence < :first',
        ExpressionAttributeValues: {
          ':first': comparable(first.sequenceNumber),
          ':last': comparable(last.sequenceNumber),
          ':starts': counts.startChatSession,
          ':ends': counts.endChatSession,
          ':deletes': counts.deleteChatSession,
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
      callOptions(table),
    ),
  );
  if ('written' in update) {
    return;
  }
  if (typeof update.refusedBy?.lastSequence !== 'string') {
    throw new Error('Usage was counted already, and the table does not say how far');
  }
  const { lastSequence } = update.refusedBy;
  const uncounted = records.filter(({ sequenceNumber }) => comparable(sequenceNumber) > lastSequence);
  await addUsage(table, place, uncounted);
}

/** Sequence numbers have up to 40 digits, more than a number of DynamoDB or of JavaScript holds. */
function comparable(sequenceNumber: string): string {
  return sequenceNumber.padStart(40, '0');
}
