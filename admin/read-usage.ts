// The usage of an org in a month, by day, summed over the counts of the stream's shards.
import { optionalNumber } from '../functions/dynamodb/item.ts';
import type { Item, Table } from '../functions/dynamodb/table.ts';
import { usagePartition } from '../functions/usage/add-usage.ts';
import { MEASURES, NO_USAGE, sumOf, type Usage } from '../functions/usage/usage.ts';
import { readPages } from './read-pages.ts';

export interface DayUsage extends Usage {
  /** In UTC, as `2026-11-23`. */
  readonly day: string;
}

export interface MonthUsage {
  readonly orgId: string;
  /** As `2026-11`. */
  readonly month: string;
  /** The days with usage. */
  readonly days: readonly DayUsage[];
  readonly total: Usage;
}

const DAY_LENGTH = 'YYYY-MM-DD'.length;

export async function readUsage(
  table: Table,
  { orgId, month }: { readonly orgId: string; readonly month: string },
): Promise<MonthUsage> {
  const days = new Map<string, Usage>();
  let total = NO_USAGE;
  for await (const items of readPages(table, { partition: usagePartition(orgId, month) })) {
    for (const item of items) {
      const day = item.sk.slice(0, DAY_LENGTH);
      const usage = usageIn(item);
      days.set(day, sumOf([days.get(day) ?? NO_USAGE, usage]));
      total = sumOf([total, usage]);
    }
  }
  return { orgId, month, days: [...days].map(([day, usage]) => ({ day, ...usage })), total };
}

/** What is absent was not counted yet when the item was written. */
function usageIn(item: Item): Partial<Usage> {
  return Object.fromEntries(MEASURES.map((measure) => [measure, optionalNumber(item, measure)]));
}
