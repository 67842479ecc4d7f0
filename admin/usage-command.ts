// `usage`: the usage of an org in a month, for its bill.
import type { Command } from 'commander';
import type { Table } from '../functions/dynamodb/table.ts';
import { MEASURES, type Usage } from '../functions/usage/usage.ts';
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
      'Count what an org did in a month, by day, with the tokens and the cost of its turns: as a table, as CSV or, with --json, as JSON.',
    )
    .requiredOption('--org <id>', 'the org', id)
    .requiredOption('--month <YYYY-MM>', 'the month, in UTC', month)
    .option('--csv', 'answer in CSV, a line for each day and measure')
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

const HEADINGS = [
  'DAY (UTC)',
  'STARTED',
  'ENDED',
  'DELETED',
  'TURNS',
  'MESSAGES',
  'INPUT TOKENS',
  'OUTPUT TOKENS',
  'COST (USD)',
];

function asTable({ days, total }: MonthUsage): string {
  if (days.length === 0) {
    return '';
  }
  const row = (first: string, { costUsdMicros, ...counts }: Usage) => [
    first,
    String(counts.startChatSession),
    String(counts.endChatSession),
    String(counts.deleteChatSession),
    String(counts.recordChatTurn),
    String(counts.messages),
    String(counts.inputTokens),
    String(counts.outputTokens),
    inUsd(costUsdMicros),
  ];
  return columns([HEADINGS, ...days.map(({ day, ...usage }) => row(day, usage)), row('total', total)]);
}

/** Without a fraction in binary, so that no cent is rounded. */
function inUsd(micros: number): string {
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

/** Ids and days contain no character that CSV must quote. */
function asCsv({ orgId, days }: MonthUsage): string {
  const lines = days.flatMap((day) =>
    MEASURES.map((measure) => [orgId, day.day, measure, day[measure]].join(',')),
  );
  return ['org,day,measure,count', ...lines].join('\n');
}
