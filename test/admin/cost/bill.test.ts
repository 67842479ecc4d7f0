// The bill: what a million starts cost, and that it follows from what is deployed.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rejectedAlternatives } from '../../../admin/cost/alternatives.ts';
import { monthlyBill } from '../../../admin/cost/bill.ts';
import { readDeployed, type Template } from '../../../admin/cost/deployed.ts';
import { type Line, total, type Use } from '../../../admin/cost/line.ts';
import { readMeasured } from '../../../admin/cost/measured.ts';
import { readPrices } from '../../../admin/cost/prices.ts';
import { synthesisedTemplates } from '../../../admin/cost/synthesised.ts';
import { runAdmin } from '../run-admin.ts';

const templates = synthesisedTemplates('prod');
const deployed = readDeployed(templates);
const prices = readPrices();
const MILLION: Use = {
  startsPerMonth: 1_000_000,
  turnsPerMonth: 0,
  refusedPerMonth: 0,
  credentials: 'api-key',
  apiKeys: 10,
  sessionsKept: 1_000_000,
};

const configFile = join(mkdtempSync(join(tmpdir(), 'moonborn-bill-')), 'config.json');
writeFileSync(
  configFile,
  JSON.stringify({
    sessionsByUser: true,
    limits: { plans: { free: { requestsPerMinute: 60 } }, defaultPlan: 'free' },
    usage: true,
    events: { busName: 'default' },
  }),
);
const withCustomers = readDeployed(synthesisedTemplates('prod', configFile));
afterAll(() => rmSync(dirname(configFile), { recursive: true }));

const billOf = (use: Partial<Use> = {}, of = deployed) =>
  monthlyBill({ ...MILLION, ...use }, of, readMeasured(), prices);

function usdOf(lines: readonly Line[], component: string): number {
  const found = lines.filter((line) => line.component === component);
  expect(found).toHaveLength(1);
  return found[0]?.usd ?? Number.NaN;
}

/** The templates with another value in the place of one that they have. */
function altered(from: unknown, to: unknown): Template[] {
  return JSON.parse(
    JSON.stringify(templates).replaceAll(JSON.stringify(from).slice(1, -1), JSON.stringify(to).slice(1, -1)),
  );
}

it('a million calls with unknown keys cost about what a million starts do, the most of it for the API and the logs', () => {
  expect(billOf().refused).toEqual([]);
  const { refused } = billOf({ refusedPerMonth: 1_000_000 });
  expect(total(refused)).toBeCloseTo(2.09, 2);
  expect(usdOf(refused, 'Refused: Table, look-up of the API key')).toBeCloseTo(0.125);
  expect(total(billOf({ refusedPerMonth: 7_200_000 }).refused)).toBeCloseTo(7.2 * total(refused));
});

describe('a million starts in us-east-1', () => {
  it.each<[string, Partial<Use>]>([
    ['with API keys that are used again and again', {}],
    ['with one API key', { apiKeys: 1 }],
    ['with another API key each time, so that nothing is ever remembered', { apiKeys: 1_000_000_000 }],
    ['with session JWTs', { credentials: 'session-jwt' }],
  ])('cost less than $2.40 %s', (_what, use) => {
    expect(total(billOf(use).starts)).toBeLessThan(2.4);
  });

  it('cost what each component costs, and none is left out', () => {
    const { starts } = billOf();
    expect(starts.map(({ component }) => component)).toEqual([
      'API requests',
      'Lambda requests',
      'Lambda time, authorizer',
      'Lambda time, start',
      'Lambda time, cold starts',
      'Table, writes',
      'Table, read of the persona',
      'Table, read of the API key',
      'Logs',
      'Data transfer out',
    ]);
    expect(usdOf(starts, 'API requests')).toBeCloseTo(1);
    expect(usdOf(starts, 'Lambda requests')).toBeCloseTo(0.4);
    expect(usdOf(starts, 'Table, writes')).toBeCloseTo(0.625);
    expect(usdOf(starts, 'Table, read of the persona')).toBeCloseTo(0.0625);
  });
});

describe('the bill', () => {
  it('grows with the starts, but for what is paid anyway', () => {
    const [one, ten] = [billOf(), billOf({ startsPerMonth: 10_000_000, sessionsKept: 1_000_000 })];
    expect(usdOf(ten.starts, 'Table, writes')).toBeCloseTo(10 * usdOf(one.starts, 'Table, writes'));
    expect(ten.fixed).toEqual(one.fixed);
    expect(usdOf(ten.kept, 'Sessions')).toBe(usdOf(one.kept, 'Sessions'));
  });

  it('follows the memory of the functions, as it is synthesised', () => {
    const twice = readDeployed(altered({ MemorySize: 512 }, { MemorySize: 1024 }));
    expect(usdOf(billOf({}, twice).starts, 'Lambda time, start')).toBeCloseTo(
      2 * usdOf(billOf().starts, 'Lambda time, start'),
    );
  });

  it('follows how long API keys are remembered', () => {
    const never = readDeployed(altered({ API_KEY_REMEMBER_SECONDS: '5' }, { API_KEY_REMEMBER_SECONDS: '0' }));
    expect(usdOf(billOf({}, never).starts, 'Table, read of the API key')).toBeCloseTo(0.125);
    expect(usdOf(billOf().starts, 'Table, read of the API key')).toBeLessThan(0.125);
  });

  it('follows the class of the access log', () => {
    const standard = readDeployed(
      altered({ LogGroupClass: 'INFREQUENT_ACCESS' }, { LogGroupClass: 'STANDARD' }),
    );
    expect(usdOf(billOf({}, standard).starts, 'Logs')).toBeCloseTo(2 * usdOf(billOf().starts, 'Logs'));
  });

  it('has nothing for limits, usage and events while they are off', () => {
    expect(billOf().customers).toEqual([]);
  });

  it('counts the alarms and the dashboard that there are', () => {
    expect(deployed.alarms).toBeGreaterThan(20);
    // One alarm is on an expression of three metrics.
    expect(deployed.alarmMetrics).toBe(deployed.alarms + 2);
    expect(usdOf(billOf().fixed, 'Alarms')).toBeCloseTo(deployed.alarmMetrics * 0.1);
    expect(usdOf(billOf().fixed, 'Dashboard')).toBe(3);
  });
});

describe('the bill with limits, usage and events', () => {
  it('has a write unit at most for the count of each start, and a dollar a million for the events', () => {
    const { customers } = billOf({}, withCustomers);
    expect(usdOf(customers, 'Limits, counting')).toBeCloseTo(0.625);
    expect(usdOf(customers, 'Events, bus')).toBeCloseTo(1);
  });

  it('has as many writes of usage as there are minutes and orgs, however many starts there are', () => {
    const writes = (use: Partial<Use>) => usdOf(billOf(use, withCustomers).customers, 'Usage, writes');
    expect(writes({ startsPerMonth: 100_000_000 })).toBe(writes({ startsPerMonth: 1_000_000 }));
    expect(writes({ apiKeys: 20 })).toBeCloseTo(2 * writes({ apiKeys: 10 }));
    expect(writes({ startsPerMonth: 1_000 })).toBeCloseTo(0.000625);
  });

  it('counts turns for limits as it counts starts', () => {
    const { customers } = billOf({ turnsPerMonth: 1_000_000 }, withCustomers);
    expect(usdOf(customers, 'Limits, counting')).toBeCloseTo(1.25);
  });

  it('has events of turns only where the configuration publishes them', () => {
    const busOf = (of: typeof deployed) =>
      usdOf(billOf({ turnsPerMonth: 10_000_000 }, of).customers, 'Events, bus');
    expect(busOf(withCustomers)).toBeCloseTo(1);
    expect(busOf({ ...withCustomers, areTurnsPublished: true })).toBeCloseTo(11);
  });

  it('leaves what a start costs as it is', () => {
    expect(billOf({}, withCustomers).starts).toEqual(billOf().starts);
  });
});

describe('a million turns', () => {
  const { turns } = billOf({ turnsPerMonth: 1_000_000 });

  it('cost what each component costs: one write unit, and nothing is read but the API key', () => {
    expect(turns.map(({ component }) => component)).toEqual([
      'Turns: API requests',
      'Turns: Lambda requests',
      'Turns: Lambda time, authorizer',
      'Turns: Lambda time, turn',
      'Turns: Lambda time, cold starts',
      'Turns: Table, writes',
      'Turns: Table, read of the API key',
      'Turns: Logs',
      'Turns: Data transfer out',
    ]);
    expect(usdOf(turns, 'Turns: API requests')).toBeCloseTo(1);
    expect(usdOf(turns, 'Turns: Table, writes')).toBeCloseTo(0.625);
  });

  it('are not in a bill without turns', () => {
    expect(billOf().turns).toEqual([]);
  });
});

describe('the bill with the index of sessions by user', () => {
  it('has another write unit for each start and each turn', () => {
    const { index } = billOf({ turnsPerMonth: 2_000_000 }, withCustomers);
    expect(usdOf(index, 'Index, starts')).toBeCloseTo(0.625);
    expect(usdOf(index, 'Index, turns')).toBeCloseTo(1.25);
  });

  it('has nothing for it while it is off', () => {
    expect(billOf().index).toEqual([]);
  });
});

describe('docs/cost.md', () => {
  const document = readFileSync('docs/cost.md', 'utf8');
  const { starts, kept, fixed } = billOf();
  const { customers } = billOf({}, withCustomers);
  const { turns } = billOf({ turnsPerMonth: 1_000_000 });
  const { index } = billOf({ turnsPerMonth: 1_000_000 }, withCustomers);
  const alternatives = rejectedAlternatives(MILLION, deployed, prices);

  it.each(
    [...starts, ...turns, ...index, ...customers, ...kept, ...fixed].map((line) => [line.component, line]),
  )('says what "%s" costs', (component, line) => {
    expect(document).toContain(`| ${component} | ${line.usd.toFixed(4)} |`);
  });

  it.each(alternatives.map((line) => [line.component, line]))(
    'says what "%s" would add',
    (component, line) => {
      expect(document).toContain(`| ${component} | +${line.usd.toFixed(2)} |`);
    },
  );

  it('says what all of a start and of a turn costs together', () => {
    expect(document).toContain(`| **together** | **${total(starts).toFixed(2)}** |`);
    expect(document).toContain(`| **turns together** | **${total(turns).toFixed(2)}** |`);
  });
});

describe('npm run admin -- cost', () => {
  const run = (...args: string[]) => runAdmin(['cost', ...args], { folder: process.cwd() });

  it('prints the month by component', async () => {
    const { status, stdout } = await run('--starts-per-month', '1000000');
    expect(status).toBe(0);
    expect(stdout).toContain('1,000,000 starts in a month, stage prod, us-east-1');
    for (const { component } of billOf().starts) {
      expect(stdout).toContain(component);
    }
  });

  it('prints what limits, usage and events add where the configuration has them', async () => {
    const { stdout } = await run('--starts-per-month', '1000000', '--config', configFile);
    expect(stdout).toContain('For limits, usage and events');
    for (const { component } of billOf({}, withCustomers).customers) {
      expect(stdout).toContain(component);
    }
  });

  it('answers in JSON, with the components as numbers', async () => {
    const { stdout } = await run('--starts-per-month', '2000000', '--credentials', 'session-jwt', '--json');
    const use: Use = {
      ...MILLION,
      startsPerMonth: 2_000_000,
      credentials: 'session-jwt',
      sessionsKept: 2_000_000,
    };
    expect(JSON.parse(stdout)).toMatchObject({ stage: 'prod', use, deployed, bill: billOf(use) });
  });

  it.each([
    [[], "required option '--starts-per-month <number>' not specified"],
    [['--starts-per-month', 'many'], 'It must be a whole number above 0.'],
    [['--starts-per-month', '1', '--credentials', 'cookie'], 'Allowed choices are api-key, session-jwt.'],
    [['--starts-per-month', '1', '--stage', 'nowhere'], 'There is no stage "nowhere". Use one of: dev, prod'],
    [
      ['--starts-per-month', '1', '--config', 'no-such-file.json'],
      'no-such-file.json cannot be read as JSON',
    ],
    [['--starts-per-month', '1', '--local'], 'cost reads no table. Leave out --local'],
    [['--starts-per-month', '1', '--nonsense'], "unknown option '--nonsense'"],
  ])('called with %j says in one line what is wrong', async (args, reason) => {
    const { status, stdout, stderr } = await run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .+\n$/);
    expect(stderr).toContain(reason);
  });
});
