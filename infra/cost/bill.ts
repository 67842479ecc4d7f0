// The monthly bill of so many starts, by component.
import { customerLines } from './customers.ts';
import type { Deployed } from './deployed.ts';
import type { Measured, MeasuredCall } from './measured.ts';
import type { Prices } from './prices.ts';

export interface Use {
  readonly startsPerMonth: number;
  /** `session-jwt` reads nothing from the table. */
  readonly credentials: 'api-key' | 'session-jwt';
  /** How many API keys the starts are spread over; each is read once in a while and then remembered. */
  readonly apiKeys: number;
  /** Sessions that are stored, those of earlier months included. */
  readonly sessionsKept: number;
}

export interface Line {
  readonly component: string;
  /** How the amount comes about. */
  readonly because: string;
  readonly usd: number;
}

export interface Bill {
  /** What each start costs. */
  readonly starts: readonly Line[];
  /** What limits, usage and events add to each start; nothing where they are off. */
  readonly customers: readonly Line[];
  /** What is stored, whether or not anybody starts anything. */
  readonly kept: readonly Line[];
  /** What is paid in a month without a single start. */
  readonly fixed: readonly Line[];
}

const MILLION = 1_000_000;
const GB = 1_000_000_000;
const SECONDS_PER_MONTH = 730 * 3_600;

/** Lambda gives a function of this size one core. */
const MB_PER_CORE = 1_769;
/** The share of a core is granted in periods; what fits into one runs at full speed. */
const CPU_PERIOD_MS = 20;

/** The refusals that each operation may report in a month with customers; each pair is a metric that is paid. */
const OUTCOMES_PER_FUNCTION = 3;
/** The reasons for which the authorizer may refuse credentials in such a month, each a metric beside its outcome. */
const REASONS_OF_AUTHORIZER = 6;

export function monthlyBill(use: Use, deployed: Deployed, measured: Measured, prices: Prices): Bill {
  return {
    starts: startLines(use, deployed, measured, prices),
    customers: customerLines(use, deployed, measured, prices),
    kept: keptLines(use, deployed, measured, prices),
    fixed: fixedLines(deployed, prices),
  };
}

export function total(lines: readonly Line[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

function startLines(use: Use, deployed: Deployed, measured: Measured, prices: Prices): Line[] {
  const starts = use.startsPerMonth;
  const millions = starts / MILLION;
  const { start, assumed } = measured;
  const { memoryMb } = deployed;
  const { httpApi, lambdaArm, dynamoDb, cloudWatch, dataTransferOut } = prices;
  const readShare = apiKeyReadShare(use, deployed);
  const judgeMs =
    use.credentials === 'session-jwt'
      ? billedMs(start.authorizerBySessionJwt, memoryMb.authorizer, measured)
      : readShare * billedMs(start.authorizerByApiKey, memoryMb.authorizer, measured) +
        (1 - readShare) * billedMs(start.authorizerFromMemory, memoryMb.authorizer, measured);
  const startMs = billedMs(start.startChatSession, memoryMb.startChatSession, measured);
  const time = (ms: number, mb: number) => starts * gbSeconds(ms, mb) * lambdaArm.perGbSecond;
  const coldMb = memoryMb.authorizer + memoryMb.startChatSession;
  const keyUnits = use.credentials === 'session-jwt' ? 0 : readShare * start.authorizerByApiKey.readUnits;
  const sentGb = (starts * start.responseBytes) / GB;
  return [
    {
      component: 'API requests',
      because: `1 at $${httpApi.perMillionRequests} a million`,
      usd: millions * httpApi.perMillionRequests,
    },
    {
      component: 'Lambda requests',
      because: `2 (authorizer, start) at $${lambdaArm.perMillionRequests} a million`,
      usd: 2 * millions * lambdaArm.perMillionRequests,
    },
    {
      component: 'Lambda time, authorizer',
      because: `${round(judgeMs)} ms of ${memoryMb.authorizer} MB`,
      usd: time(judgeMs, memoryMb.authorizer),
    },
    {
      component: 'Lambda time, start',
      because: `${round(startMs)} ms of ${memoryMb.startChatSession} MB`,
      usd: time(startMs, memoryMb.startChatSession),
    },
    {
      component: 'Lambda time, cold starts',
      because: `${assumed.coldShare * 100} % of both, ${assumed.coldMs} ms each`,
      usd: time(assumed.coldShare * assumed.coldMs, coldMb),
    },
    {
      component: 'Table, writes',
      because: `${start.startChatSession.writeUnits} unit at $${dynamoDb.perMillionWriteUnits} a million`,
      usd: millions * start.startChatSession.writeUnits * dynamoDb.perMillionWriteUnits,
    },
    {
      component: 'Table, read of the persona',
      because: `${start.startChatSession.readUnits} unit at $${dynamoDb.perMillionReadUnits} a million`,
      usd: millions * start.startChatSession.readUnits * dynamoDb.perMillionReadUnits,
    },
    {
      component: 'Table, read of the API key',
      because: `${round(keyUnits)} unit at $${dynamoDb.perMillionReadUnits} a million`,
      usd: millions * keyUnits * dynamoDb.perMillionReadUnits,
    },
    {
      component: 'Logs',
      because: `${start.accessLogBytes} bytes of access log (${deployed.accessLogClass}), ${start.functionLogBytes} of the functions`,
      usd:
        (starts / GB) *
        (start.accessLogBytes * cloudWatch.logsPerGb[deployed.accessLogClass] +
          start.functionLogBytes * cloudWatch.logsPerGb.STANDARD),
    },
    {
      component: 'Data transfer out',
      because: `${start.responseBytes} bytes; ${dataTransferOut.freeGbPerMonth} GB a month are free of charge`,
      usd: Math.max(0, sentGb - dataTransferOut.freeGbPerMonth) * dataTransferOut.perGb,
    },
  ];
}

/** Of the starts, those for which the authorizer has to read the key: the first, and each after it was forgotten. */
function apiKeyReadShare({ startsPerMonth, apiKeys }: Use, { apiKeyRememberSeconds }: Deployed): number {
  const startsPerSecondAndKey = startsPerMonth / SECONDS_PER_MONTH / apiKeys;
  return 1 / (1 + startsPerSecondAndKey * apiKeyRememberSeconds);
}

/** Rounded up to whole milliseconds, as Lambda does. */
export function billedMs({ cpuMs, calls }: MeasuredCall, memoryMb: number, { assumed }: Measured): number {
  const share = Math.min(1, memoryMb / MB_PER_CORE);
  const ownMs = cpuMs <= share * CPU_PERIOD_MS ? cpuMs : cpuMs / share;
  return Math.ceil(ownMs + calls * assumed.databaseCallMs);
}

export function gbSeconds(ms: number, mb: number): number {
  return (ms / 1_000) * (mb / 1_024);
}

function keptLines(use: Use, deployed: Deployed, { start }: Measured, prices: Prices): Line[] {
  const sessionsGb = (use.sessionsKept * start.sessionItemBytes) / GB;
  const { storagePerGbMonth, pointInTimeRecoveryPerGbMonth } = prices.dynamoDb;
  const recovery = deployed.isPointInTimeRecovered ? pointInTimeRecoveryPerGbMonth : 0;
  const logMonths = deployed.logRetentionDays / 30.4;
  const logGb = ((use.startsPerMonth * (start.accessLogBytes + start.functionLogBytes)) / GB) * logMonths;
  return [
    {
      component: 'Sessions',
      because: `${round(sessionsGb)} GB, $${storagePerGbMonth} a GB and $${recovery} for recovery`,
      usd: sessionsGb * (storagePerGbMonth + recovery),
    },
    {
      component: 'Logs',
      because: `${round(logGb)} GB of ${deployed.logRetentionDays} days (uncompressed), $${prices.cloudWatch.logStoragePerGbMonth} a GB`,
      usd: logGb * prices.cloudWatch.logStoragePerGbMonth,
    },
  ];
}

function fixedLines({ alarms, dashboards, functions }: Deployed, { cloudWatch }: Prices): Line[] {
  const metrics = functions * (1 + OUTCOMES_PER_FUNCTION) + REASONS_OF_AUTHORIZER;
  return [
    {
      component: 'Alarms',
      because: `${alarms} at $${cloudWatch.perAlarmMetricMonth}`,
      usd: alarms * cloudWatch.perAlarmMetricMonth,
    },
    {
      component: 'Dashboard',
      because: `${dashboards} at $${cloudWatch.perDashboardMonth}`,
      usd: dashboards * cloudWatch.perDashboardMonth,
    },
    {
      component: 'Metrics of our own',
      because: `${metrics} at $${cloudWatch.perMetricMonth}, for the hours in which they are written`,
      usd: metrics * cloudWatch.perMetricMonth,
    },
  ];
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
