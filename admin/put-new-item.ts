// Writes an item unless there is one already, and says what stood in its way.
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { attemptWrite } from '../functions/dynamodb/conditional-write.ts';
import type { Key } from '../functions/dynamodb/keys.ts';
import { callOptions, reach, type Table } from '../functions/dynamodb/table.ts';

export type PutNewItemOutcome =
  | { readonly outcome: 'written' }
  /** The item may be this call's own: the SDK sends a write again when its answer was lost. */
  | { readonly outcome: 'refused'; readonly existing: Readonly<Record<string, unknown>> };

export async function putNewItem(
  table: Table,
  item: Key & Readonly<Record<string, unknown>>,
): Promise<PutNewItemOutcome> {
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
    return { outcome: 'written' };
  }
  // DynamoDB sends the item along with the refusal, some stand-ins do not.
  const existing = put.refusedBy ?? (await readItem(table, { pk: item.pk, sk: item.sk })) ?? {};
  return { outcome: 'refused', existing };
}

/** Strongly consistent: an operator sees what the command before did. */
export async function readItem(table: Table, key: Key): Promise<Record<string, unknown> | undefined> {
  const { Item } = await reach(
    table.client.send(
      new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
      callOptions(table),
    ),
  );
  return Item;
}
