// All pages of a query, one after the other.
import type { Key } from '../functions/dynamodb/item.ts';
import type { Item, Query, Table } from '../functions/dynamodb/table.ts';

export async function* readPages(table: Table, query: Query): AsyncGenerator<readonly Item[]> {
  let after: Key | undefined;
  do {
    const { items, lastKey } = await table.query({ ...query, after });
    yield items;
    after = lastKey;
  } while (after !== undefined);
}
