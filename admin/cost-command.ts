// `cost`: the cost of a month, by component. It reads the configuration of a stage, and no table.
import { type Command, Option } from 'commander';
import { give } from './answer.ts';
import type { Use } from './cost/line.ts';
import { HELP_FORMAT } from './help-format.ts';
import { aboveZero, filled } from './option-values.ts';

interface CostOptions {
  readonly startsPerMonth: number;
  readonly turnsPerMonth: number;
  readonly refusedPerMonth: number;
  readonly credentials: Use['credentials'];
  readonly apiKeys: number;
  readonly sessionsKept?: number;
  readonly stage: string;
  readonly config?: string;
}

export function addCostCommand(program: Command): void {
  program
    .command('cost')
    .description(
      'Print the bill of a month at list prices, from the synthesised configuration, measured units and times, and admin/cost/prices.json.',
    )
    .requiredOption('--starts-per-month <number>', 'sessions started in a month', aboveZero)
    .option('--turns-per-month <number>', 'turns recorded in a month', aboveZero, 0)
    .option(
      '--refused-per-month <number>',
      'calls with an unknown API key in a month, another one each time',
      aboveZero,
      0,
    )
    .addOption(new Option('--credentials <kind>', 'what callers use').choices(CREDENTIALS).default('api-key'))
    .option('--api-keys <number>', 'API keys that the calls are spread over', aboveZero, 10)
    .option(
      '--sessions-kept <number>',
      'sessions stored, those of earlier months included (default: those of this month)',
      aboveZero,
    )
    .option('--stage <name>', 'dev or prod', filled, 'prod')
    .option('--config <file>', "a configuration over the stage's defaults", filled)
    .configureHelp({
      ...HELP_FORMAT,
      visibleGlobalOptions: (command) =>
        command.parent?.options.filter(({ long }) => long === '--json') ?? [],
    })
    .action(cost);
}

const CREDENTIALS: readonly Use['credentials'][] = ['api-key', 'session-jwt'];

async function cost(options: CostOptions, command: Command): Promise<void> {
  const { startsPerMonth, turnsPerMonth, refusedPerMonth, credentials, apiKeys, stage, config } = options;
  const { sessionsKept = startsPerMonth } = options;
  const given = command.optsWithGlobals<{ local?: true; table?: string; region?: string }>();
  if (given.local || given.table !== undefined || given.region !== undefined) {
    command.error('error: cost reads no table. Leave out --local, --table and --region.');
  }
  // Imported here, since the synthesis loads the CDK, for which no other command should wait.
  const { costOfMonth, describeMonth } = await import('./cost/month.ts');
  const month = costOfMonth(
    { startsPerMonth, turnsPerMonth, refusedPerMonth, credentials, apiKeys, sessionsKept },
    stage,
    config,
  );
  give(command, { json: month, text: describeMonth(month) });
}
