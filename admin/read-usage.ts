// What an org did in a month, day by day, from the counts that the shards of the stream left.
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { usagePartition } from '../functions/dynamodb/keys.ts';
import { reach, type Table } from '../functions/dynamodb/table.ts';
import { COUNTED_OPERATIONS, type OperationCounts } from '../functions/usage/usage.ts';

export interface DayUsage extends OperationCounts {
  /** In UTC, as `2026-11-23`. */
  readonly day: string;
}

export interface MonthUsage {
  readonly orgId: string;
  /** As `2026-11`. */
  readonly month: string;
  /** The days on which something was done. */
  readonly days: readonly DayUsage[];
  readonly total: OperationCounts;
}

const NOTHING: OperationCounts = { startChatSession: 0, endChatSession: 0, deleteChatSession: 0 };

export async function readUsage(
  table: Table,
  { orgId, month }: { readonly orgId: string; readonly month: string },
): Promise<MonthUsage> {
  const pages = paginateQuery(
    { client: table.client },
    {
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': usagePartition(orgId, month) },
      ConsistentRead: true,
    },
  );
  const days = new Map<string, OperationCounts>();
  let total = NOTHING;
  for (;;) {
    const page = await reach(pages.next());
    if (page.done) {
      return { orgId, month, days: [...days].map(([day, counts]) => ({ day, ...counts })), total };
    }
    for (const item of page.value.Items ?? []) {
      const day = String(item.sk).split('#')[0] as string;
      const counts = item as OperationCounts;
      days.set(day, sum(days.get(day) ?? NOTHING, counts));
      total = sum(total, counts);
    }
  }
}

function sum(a: OperationCounts, b: Partial<OperationCounts>): OperationCounts {
  const counts = { ...NOTHING };
  for (const operation of COUNTED_OPERATIONS) {
    counts[operation] = a[operation] + (b[operation] ?? 0);
  }
  return counts;
}
