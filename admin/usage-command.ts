// `usage`: the usage of an org in a month, for its bill.
import type { Command } from 'commander';
import type { Table } from '../functions/dynamodb/table.ts';
import { COUNTED_OPERATIONS, type OperationCounts } from '../functions/usage/usage.ts';
import { type Answer, columns } from './answer.ts';
import { onTable } from './on-table.ts';
import { id, month } from './option-values.ts';
import { type MonthUsage, readUsage } from './read-usage.ts';

interface UsageOptions {
  readonly org: string;
  readonly month: string;
  readonly csv?: true;
}

export function addUsageCommand(program: Command): void {
  program
    .command('usage')
    .description(
      'Count what an org did in a month, by day and operation: as a table, as CSV or, with --json, as JSON.',
    )
    .requiredOption('--org <id>', 'the org', id)
    .requiredOption('--month <YYYY-MM>', 'the month, in UTC', month)
    .option('--csv', 'answer in CSV, a line for each day and operation')
    .action((options: UsageOptions, command: Command) => onTable(command, (table) => usage(table, options)));
}

async function usage(table: Table, { org, month, csv }: UsageOptions): Promise<Answer> {
  const usage = await readUsage(table, { orgId: org, month });
  const remarks =
    usage.days.length === 0
      ? [
          `Nothing was counted for org ${org} in ${month}. The stack counts while its configuration says "usage": true.`,
        ]
      : [];
  return { json: usage, text: csv ? asCsv(usage) : asTable(usage), remarks };
}

function asTable({ days, total }: MonthUsage): string {
  if (days.length === 0) {
    return '';
  }
  const row = (first: string, counts: OperationCounts) => [
    first,
    ...COUNTED_OPERATIONS.map((operation) => String(counts[operation])),
  ];
  return columns([
    ['DAY (UTC)', 'STARTED', 'ENDED', 'DELETED'],
    ...days.map(({ day, ...counts }) => row(day, counts)),
    row('total', total),
  ]);
}

/** Ids and days contain no character that CSV must quote. */
function asCsv({ orgId, days }: MonthUsage): string {
  const lines = days.flatMap((day) =>
    COUNTED_OPERATIONS.map((operation) => [orgId, day.day, operation, day[operation]].join(',')),
  );
  return ['org,day,operation,count', ...lines].join('\n');
}
