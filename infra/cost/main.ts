// `npm run cost`: what a month costs, by component.
import { parseArgs } from 'node:util';
import { ConfigError } from '../config.ts';
import { rejectedAlternatives } from './alternatives.ts';
import { type Bill, type Line, monthlyBill, total, type Use } from './bill.ts';
import { readDeployed } from './deployed.ts';
import { readMeasured } from './measured.ts';
import { readPrices } from './prices.ts';
import { synthesisedTemplates } from './synthesised.ts';

const USAGE = `Usage: npm run cost -- --starts-per-month <n> [options]

The monthly bill at list prices, from the synthesised configuration, measured units and times, and infra/cost/prices.json.

Options:
  --starts-per-month <n>   sessions started in a month
  --credentials <kind>     api-key (default) or session-jwt
  --api-keys <n>           API keys that the starts are spread over (10)
  --sessions-kept <n>      sessions stored, earlier months included (those of this month)
  --stage <name>           dev or prod (prod)
  --config <file>          a configuration over the stage's defaults
  --json                   answer in JSON
  --help                   show this text
`;

class Misused extends Error {}

try {
  main();
} catch (error) {
  if (!(error instanceof Misused || error instanceof ConfigError || isUsageError(error))) {
    throw error;
  }
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 2;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      'starts-per-month': { type: 'string' },
      credentials: { type: 'string', default: 'api-key' },
      'api-keys': { type: 'string', default: '10' },
      'sessions-kept': { type: 'string' },
      stage: { type: 'string', default: 'prod' },
      config: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const startsPerMonth = count('starts-per-month', values['starts-per-month']);
  const use: Use = {
    startsPerMonth,
    credentials: credentialsOf(values.credentials),
    apiKeys: count('api-keys', values['api-keys']),
    sessionsKept:
      values['sessions-kept'] === undefined
        ? startsPerMonth
        : count('sessions-kept', values['sessions-kept']),
  };
  const deployed = readDeployed(synthesisedTemplates(values.stage, values.config));
  const [measured, prices] = [readMeasured(), readPrices()];
  const bill = monthlyBill(use, deployed, measured, prices);
  const alternatives = rejectedAlternatives(use, deployed, prices);
  if (values.json) {
    console.log(JSON.stringify({ use, deployed, bill, alternatives }, null, 2));
    return;
  }
  console.log(
    `${startsPerMonth.toLocaleString('en-US')} starts in a month, stage ${values.stage}, ${prices.region}, USD at list prices of ${prices.enteredOn},\n` +
      `units and times measured on ${measured.on}\n`,
  );
  print(bill);
  console.log(section('Had it been decided otherwise, a month would cost so much more', alternatives));
}

function print({ starts, customers, kept, fixed }: Bill): void {
  console.log(section('For the starts', starts, true));
  if (customers.length > 0) {
    console.log(section('For limits, usage and events', customers, true));
  }
  console.log(section('For what is kept', kept, true));
  console.log(section('Whatever the traffic', fixed, true));
  console.log(
    row({ component: 'The month', because: '', usd: total([...starts, ...customers, ...kept, ...fixed]) }),
    '\n',
  );
}

function section(title: string, lines: readonly Line[], hasTotal = false): string {
  const sum = hasTotal ? [row({ component: '  together', because: '', usd: total(lines) })] : [];
  return [title, ...lines.map((line) => row({ ...line, component: `  ${line.component}` })), ...sum, ''].join(
    '\n',
  );
}

function row({ component, because, usd }: Line): string {
  return `${component.padEnd(52)} ${usd.toFixed(4).padStart(12)}  ${because}`.trimEnd();
}

function count(option: string, text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !Number.isInteger(value) || value < 1) {
    throw new Misused(`--${option} takes a whole number above 0, got ${text ?? 'nothing'}`);
  }
  return value;
}

function credentialsOf(text: string): Use['credentials'] {
  if (text !== 'api-key' && text !== 'session-jwt') {
    throw new Misused(`--credentials takes api-key or session-jwt, got ${text}`);
  }
  return text;
}

function isUsageError(error: unknown): boolean {
  return String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS_');
}
