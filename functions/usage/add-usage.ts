// Adds to the counts of an org's day, each record of the stream once, however often it comes.
import { absent, any, compare } from '../dynamodb/condition.ts';
import { type Key, orgPartition, text } from '../dynamodb/item.ts';
import type { Table } from '../dynamodb/table.ts';
import { monthOf, sumOf, type Usage } from './usage.ts';

export interface DayInShard {
  readonly orgId: string;
  readonly day: string;
  readonly shardId: string;
}

export interface CountedRecord {
  /** What it adds. */
  readonly usage: Partial<Usage>;
  readonly sequenceNumber: string;
}

export function usagePartition(orgId: string, month: string): string {
  return `${orgPartition(orgId)}#USAGE#${month}`;
}

/** Each shard of the stream adds to an item of its own, so that no two of them wait for each other. */
export function usageKey({ orgId, day, shardId }: DayInShard): Key {
  return { pk: usagePartition(orgId, monthOf(day)), sk: `${day}#${shardId}` };
}

/**
 * One write unit, however much is counted. A shard delivers its records in order, and again only those that it delivered before, so a record that
 * does not follow the last one that was counted has been counted.
 * @param records in the order of the shard
 */
export async function addUsage(
  table: Table,
  address: DayInShard,
  records: readonly CountedRecord[],
): Promise<void> {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) {
    return;
  }
  const update = await table.update(
    usageKey(address),
    {
      set: { lastSequence: comparable(last.sequenceNumber) },
      add: sumOf(records.map(({ usage }) => usage)),
    },
    any(absent('lastSequence'), compare('lastSequence', '<', comparable(first.sequenceNumber))),
  );
  if (update.written) {
    return;
  }
  if (update.stored === undefined) {
    throw new Error('Usage was counted already, and the database does not tell how far');
  }
  const lastSequence = text(update.stored, 'lastSequence');
  const uncounted = records.filter(({ sequenceNumber }) => comparable(sequenceNumber) > lastSequence);
  await addUsage(table, address, uncounted);
}

/** Sequence numbers have up to 40 digits, more than a number of DynamoDB or of JavaScript holds. */
function comparable(sequenceNumber: string): string {
  return sequenceNumber.padStart(40, '0');
}
