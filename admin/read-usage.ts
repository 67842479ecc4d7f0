// The usage of an org in a month, by day, summed over the counts of the stream's shards.
import { optionalNumber } from '../functions/dynamodb/item.ts';
import type { Item, Table } from '../functions/dynamodb/table.ts';
import { usagePartition } from '../functions/usage/add-usage.ts';
import { COUNTED_OPERATIONS, type OperationCounts } from '../functions/usage/usage.ts';
import { readPages } from './read-pages.ts';

export interface DayUsage extends OperationCounts {
  /** In UTC, as `2026-11-23`. */
  readonly day: string;
}

export interface MonthUsage {
  readonly orgId: string;
  /** As `2026-11`. */
  readonly month: string;
  /** The days with usage. */
  readonly days: readonly DayUsage[];
  readonly total: OperationCounts;
}

const DAY_LENGTH = 'YYYY-MM-DD'.length;
const NOTHING: OperationCounts = { startChatSession: 0, endChatSession: 0, deleteChatSession: 0 };

export async function readUsage(
  table: Table,
  { orgId, month }: { readonly orgId: string; readonly month: string },
): Promise<MonthUsage> {
  const days = new Map<string, OperationCounts>();
  let total = NOTHING;
  for await (const items of readPages(table, { partition: usagePartition(orgId, month) })) {
    for (const item of items) {
      const day = item.sk.slice(0, DAY_LENGTH);
      days.set(day, sum(days.get(day) ?? NOTHING, item));
      total = sum(total, item);
    }
  }
  return { orgId, month, days: [...days].map(([day, counts]) => ({ day, ...counts })), total };
}

function sum(counts: OperationCounts, item: Item): OperationCounts {
  const sums = { ...counts };
  for (const operation of COUNTED_OPERATIONS) {
    sums[operation] += optionalNumber(item, operation) ?? 0;
  }
  return sums;
}
