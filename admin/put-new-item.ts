// Writes an item unless one exists, and returns the stored one.
import { absent } from '../functions/dynamodb/condition.ts';
import type { Item, Table } from '../functions/dynamodb/table.ts';

/**
 * @returns the stored item: the given one, or an earlier one. The earlier one may come from this call, since a write is
 * retried when its response was lost.
 */
export async function putNewItem(table: Table, item: Item): Promise<Item> {
  const put = await table.put(item, absent('pk'));
  if (put.written) {
    return item;
  }
  // DynamoDB returns the item with the failed condition; some emulators do not.
  return put.stored ?? (await table.get(item)) ?? item;
}
