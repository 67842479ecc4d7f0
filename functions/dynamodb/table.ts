// The port to the table: get, put, update and query, in terms of keys, items, conditions and changes.
//
// Every verb rejects with an `Outage` when the database does not answer in time; a write may then have been applied.
import type { Condition } from './condition.ts';
import type { Item, Key } from './item.ts';

export type { Item };

/** Attributes that are `undefined` are left out. */
export interface Change {
  readonly set?: Readonly<Record<string, unknown>>;
  /** Numbers; an absent attribute counts as 0. */
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
}

export type WriteResult =
  /** The item after the write. */
  | { readonly written: true; readonly item: Item }
  /**
   * The condition was false for `stored`, which is `undefined` when there is no item. An adapter retries a write whose
   * response was lost, so the stored item may come from this same request: compare its request id.
   */
  | { readonly written: false; readonly stored: Item | undefined };

/** A global secondary index; an item without its two attributes is not in it. */
export interface Index {
  readonly name: string;
  readonly partitionAttribute: string;
  readonly sortAttribute: string;
}

export interface Query {
  /** Absent: the table itself. */
  readonly index?: Index;
  readonly partition: string;
  readonly sortKeyPrefix?: string;
  /** Filtered items still consume read units, and count towards `limit`. */
  readonly filter?: Condition;
  /** The `lastKey` of the previous page. For an index, it includes the two attributes of the index. */
  readonly after?: Key | undefined;
  /** By sort key; ascending unless given. */
  readonly order?: 'ascending' | 'descending';
  /** Items to read, before the filter. A page ends at 1 MB in any case. */
  readonly limit?: number;
}

export interface Page {
  readonly items: readonly Item[];
  /** The `after` of the next page; absent on the last page. */
  readonly lastKey?: Item;
}

export interface Table {
  /** @param read strongly consistent unless `consistent` is false, which halves the read units */
  get(key: Key, read?: { readonly consistent: boolean }): Promise<Item | undefined>;
  /** Replaces the whole item. Attributes that are `undefined` are left out. */
  put(item: Item, condition?: Condition): Promise<WriteResult>;
  /** Creates the item when there is none, unless the condition forbids it. */
  update(key: Key, change: Change, condition?: Condition): Promise<WriteResult>;
  /** Strongly consistent, except on an index, which is usually less than a second behind the table. */
  query(query: Query): Promise<Page>;
}

/** The table for one request. The signal aborts the calls in progress. */
export type BindTable = (signal?: AbortSignal) => Table;
