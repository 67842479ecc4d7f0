// The capacity units of the partitions of a table and its index, and the units consumed.
import type { Item } from '../../../functions/dynamodb/table.ts';
import { Partitions, type PartitionsOptions } from './partitions.ts';
import { type Demand, takeAll } from './token-bucket.ts';
import { readUnits, writeUnits } from './units.ts';

export interface CapacityOptions {
  readonly partitions: PartitionsOptions;
  /** A global index on partitions of its own. */
  readonly index?: { readonly partitions: PartitionsOptions; readonly keyOf: IndexKeyOf };
}

/** @returns the item's partition key in the index, or `undefined` when the item is not in the index. */
export type IndexKeyOf = (item: Item) => string | undefined;

export interface Write {
  readonly pk: string;
  readonly before: Item | undefined;
  /** Absent when the item is only checked. */
  readonly after?: Item;
}

/** An item in a transaction consumes this many times the units of a single write. */
const TRANSACTION_FACTOR = 2;

export class Capacity {
  readonly consumed = { readUnits: 0, writeUnits: 0 };
  readonly #now: () => number;
  readonly #partitions: Partitions;
  readonly #index: { readonly partitions: Partitions; readonly keyOf: IndexKeyOf } | undefined;

  constructor({ partitions, index }: CapacityOptions, now: () => number) {
    this.#now = now;
    this.#partitions = new Partitions(partitions, now());
    this.#index = index && { partitions: new Partitions(index.partitions, now()), keyOf: index.keyOf };
  }

  /** @returns whether the partition had the units. If not, none was consumed. */
  read(pk: string, item: Item | undefined, options: { readonly consistent: boolean }): boolean {
    const units = readUnits(item, options);
    const taken = takeAll([{ bucket: this.#partitions.of(pk).reads, units }], this.#now());
    this.consumed.readUnits += taken ? units : 0;
    return taken;
  }

  write(write: Write): boolean {
    return this.#takeWrites(this.#demandsOf(write, 1));
  }

  writeTogether(writes: readonly Write[]): boolean {
    return this.#takeWrites(writes.flatMap((write) => this.#demandsOf(write, TRANSACTION_FACTOR)));
  }

  #takeWrites(demands: readonly Demand[]): boolean {
    const taken = takeAll(demands, this.#now());
    if (taken) {
      this.consumed.writeUnits += demands.reduce((sum, { units }) => sum + units, 0);
    }
    return taken;
  }

  /** An index partition without units throttles the write of the item itself. An index is never part of a transaction. */
  #demandsOf({ pk, before, after }: Write, factor: number): Demand[] {
    const units = writeUnits(before, after);
    const table = { bucket: this.#partitions.of(pk).writes, units: units * factor };
    const indexKey = after && this.#index?.keyOf(after);
    return this.#index === undefined || indexKey === undefined
      ? [table]
      : [table, { bucket: this.#index.partitions.of(indexKey).writes, units }];
  }
}
