// The table as its users see it: four verbs in the words of keys, items, conditions and changes.
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
  /** The item as it is now. */
  | { readonly written: true; readonly item: Item }
  /**
   * The condition was false, and `stored` is the item that made it so; absent when there was none. An adapter sends a
   * write again when its answer was lost, so the stored item may be this very request's own: compare its request id.
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
  /** Items that it leaves out are read, paid for and counted by `limit` all the same. */
  readonly filter?: Condition;
  /** The last key of the page before: of an index, with its two attributes. */
  readonly after?: Key | undefined;
  /** By sort key; ascending unless given. */
  readonly order?: 'ascending' | 'descending';
  /** Items to look at; a page ends at 1 MB in any case. */
  readonly limit?: number;
}

export interface Page {
  readonly items: readonly Item[];
  /** Where the next page goes on; absent on the last one. */
  readonly lastKey?: Item;
}

export interface Table {
  /** @param read strongly consistent unless `consistent` is false, which halves the read units */
  get(key: Key, read?: { readonly consistent: boolean }): Promise<Item | undefined>;
  /** Replaces the whole item. Attributes that are `undefined` are left out. */
  put(item: Item, condition?: Condition): Promise<WriteResult>;
  /** Creates the item when there is none, unless the condition forbids it. */
  update(key: Key, change: Change, condition?: Condition): Promise<WriteResult>;
  /** Strongly consistent, except on an index, which follows the table in less than a second as a rule. */
  query(query: Query): Promise<Page>;
}

/** The table for one request: every call that is under way ends when the signal does. */
export type BindTable = (signal?: AbortSignal) => Table;
