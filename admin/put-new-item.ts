// Writes an item unless there is one already, and tells which.
import { absent } from '../functions/dynamodb/condition.ts';
import type { Item, Table } from '../functions/dynamodb/table.ts';

/**
 * @returns the item that is stored now: the given one, or the one that was there before. That may be this call's own,
 * since a write is sent again when its answer was lost.
 */
export async function putNewItem(table: Table, item: Item): Promise<Item> {
  const put = await table.put(item, absent('pk'));
  if (put.written) {
    return item;
  }
  // DynamoDB sends the item along with the refusal, some stand-ins do not.
  return put.stored ?? (await table.get(item)) ?? item;
}
