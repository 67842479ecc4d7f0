// What a write to the table costs in its index, as DynamoDB documents it; no local engine counts that.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, "Write capacity units"
import type { Index, Item } from '../../functions/dynamodb/table.ts';

const UNIT_BYTES = 1_024;
/** A number takes about one byte for two digits, and 21 at most. */
const NUMBER_MAX_BYTES = 21;

/**
 * One write to put an entry, one to remove it, two when its key changes, and one when anything else of it does; none for
 * an item that is in the index neither before nor after. All attributes are projected, so an entry is as large as its item.
 */
export function indexWriteUnits(index: Index, before: Item | undefined, after: Item | undefined): number {
  const [old, now] = [entryOf(index, before), entryOf(index, after)];
  if (old === undefined || now === undefined || old.key !== now.key) {
    return (old?.units ?? 0) + (now?.units ?? 0);
  }
  return JSON.stringify(before) === JSON.stringify(after) ? 0 : Math.max(old.units, now.units);
}

function entryOf({ partitionAttribute, sortAttribute }: Index, item: Item | undefined) {
  if (item?.[partitionAttribute] === undefined || item[sortAttribute] === undefined) {
    return undefined;
  }
  const key = JSON.stringify([item[partitionAttribute], item[sortAttribute]]);
  return { key, units: Math.ceil(itemBytes(item) / UNIT_BYTES) };
}

/** Of names and values in UTF-8, a little too large where it holds numbers. */
export function itemBytes(item: Item | undefined): number {
  return Object.entries(item ?? {}).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value);
    case 'number':
      return NUMBER_MAX_BYTES;
    case 'boolean':
      return 1;
    default:
      throw new TypeError(`The size of a value of type ${typeof value} is not known here`);
  }
}
