// The capacity units that a request consumes, by the size of the item.
import type { Item } from '../../../functions/dynamodb/table.ts';

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;
/** At the most, for 38 digits. */
const NUMBER_BYTES = 21;
const COLLECTION_BYTES = 3;

/** @param items the item before and after: the larger one counts, and no item counts as one unit */
export function writeUnits(...items: readonly (Item | undefined)[]): number {
  return unitsOf(Math.max(...items.map(itemBytes)), WRITE_UNIT_BYTES);
}

export function readUnits(item: Item | undefined, { consistent }: { consistent: boolean }): number {
  return unitsOf(itemBytes(item), READ_UNIT_BYTES) * (consistent ? 1 : 0.5);
}

function unitsOf(bytes: number, unitBytes: number): number {
  return Math.max(1, Math.ceil(bytes / unitBytes));
}

function itemBytes(item: object | undefined): number {
  return Object.entries(item ?? {})
    .filter(([, value]) => value !== undefined)
    .reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') {
    return Buffer.byteLength(value);
  }
  if (typeof value === 'number') {
    return NUMBER_BYTES;
  }
  if (Array.isArray(value)) {
    return value.reduce((sum, one) => sum + 1 + valueBytes(one), COLLECTION_BYTES);
  }
  return typeof value === 'object' && value !== null
    ? COLLECTION_BYTES + Object.keys(value).length + itemBytes(value)
    : 1;
}
