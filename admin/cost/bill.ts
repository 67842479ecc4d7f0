// The monthly bill of so many starts, by component.
import { customerLines } from './customers.ts';
import type { Deployed } from './deployed.ts';
import { billedMs, gbSeconds } from './lambda-time.ts';
import type { Line, Use } from './line.ts';
import type { Measured } from './measured.ts';
import type { Prices } from './prices.ts';

export interface Bill {
  /** The cost of the starts. */
  readonly starts: readonly Line[];
  /** The additional cost of limits, usage and events; empty when they are off. */
  readonly customers: readonly Line[];
  /** The cost of storage. */
  readonly kept: readonly Line[];
  /** The fixed cost of a month, even without a start. */
  readonly fixed: readonly Line[];
}

const MILLION = 1_000_000;
const GB = 1_000_000_000;
const SECONDS_PER_MONTH = 730 * 3_600;

/** The outcomes that each operation may report in a month with customers. Each pair of both is a billed metric. */
const OUTCOMES_PER_FUNCTION = 3;
/** The reasons with which the authorizer may refuse credentials in such a month. Each is a billed metric too. */
const REASONS_OF_AUTHORIZER = 6;

/** Metrics of an event source mapping: events polled, filtered out, invoked, failed, dropped, and sent to the queue. */
const METRICS_PER_MAPPING = 6;

export function monthlyBill(use: Use, deployed: Deployed, measured: Measured, prices: Prices): Bill {
  return {
    starts: startLines(use, deployed, measured, prices),
    customers: customerLines(use, deployed, measured, prices),
    kept: keptLines(use, deployed, measured, prices),
    fixed: fixedLines(deployed, prices),
  };
}

function startLines(use: Use, deployed: Deployed, measured: Measured, prices: Prices): Line[] {
  const starts = use.startsPerMonth;
  const millions = starts / MILLION;
  const { start, assumed } = measured;
  const { memoryMb } = deployed;
  const { httpApi, lambdaArm, dynamoDb, cloudWatch, dataTransferOut } = prices;
  const readShare = apiKeyReadShare(use, deployed);
  const authorizerMs =
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
      because: `${round(authorizerMs)} ms of ${memoryMb.authorizer} MB`,
      usd: time(authorizerMs, memoryMb.authorizer),
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

/** The share of starts for which the authorizer reads the API key: those without a cached key. */
function apiKeyReadShare({ startsPerMonth, apiKeys }: Use, { apiKeyRememberSeconds }: Deployed): number {
  const startsPerSecondAndKey = startsPerMonth / SECONDS_PER_MONTH / apiKeys;
  return 1 / (1 + startsPerSecondAndKey * apiKeyRememberSeconds);
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

function fixedLines(deployed: Deployed, { cloudWatch }: Prices): Line[] {
  const { alarms, alarmMetrics, countedMappings, dashboards, functions } = deployed;
  const metrics =
    functions * (1 + OUTCOMES_PER_FUNCTION) + REASONS_OF_AUTHORIZER + countedMappings * METRICS_PER_MAPPING;
  return [
    {
      component: 'Alarms',
      because: `${alarms} on ${alarmMetrics} metrics at $${cloudWatch.perAlarmMetricMonth}`,
      usd: alarmMetrics * cloudWatch.perAlarmMetricMonth,
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
