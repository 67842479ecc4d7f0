// The monthly bill of so many starts and turns, by component.
import { startLines, turnLines } from './calls.ts';
import { customerLines } from './customers.ts';
import type { Deployed } from './deployed.ts';
import { indexLines } from './index-lines.ts';
import type { Line, Use } from './line.ts';
import type { Measured } from './measured.ts';
import type { Prices } from './prices.ts';
import { refusedLines } from './refused.ts';

export interface Bill {
  /** The cost of the starts. */
  readonly starts: readonly Line[];
  /** The cost of the turns; empty when there are none. */
  readonly turns: readonly Line[];
  /** The cost of refused calls; empty when there are none. */
  readonly refused: readonly Line[];
  /** The additional cost of the index of sessions by user; empty when it is off. */
  readonly index: readonly Line[];
  /** The additional cost of limits, usage and events; empty when they are off. */
  readonly customers: readonly Line[];
  /** The cost of storage. */
  readonly kept: readonly Line[];
  /** The fixed cost of a month, even without a start. */
  readonly fixed: readonly Line[];
}

const GB = 1_000_000_000;

/** The outcomes that each operation may report in a month with customers. Each pair of both is a billed metric. */
const OUTCOMES_PER_FUNCTION = 3;
/** The reasons with which the authorizer may refuse credentials in such a month. Each is a billed metric too. */
const REASONS_OF_AUTHORIZER = 6;

/** Metrics of an event source mapping: events polled, filtered out, invoked, failed, dropped, and sent to the queue. */
const METRICS_PER_MAPPING = 6;

export function monthlyBill(use: Use, deployed: Deployed, measured: Measured, prices: Prices): Bill {
  return {
    starts: startLines(use, deployed, measured, prices),
    turns: use.turnsPerMonth === 0 ? [] : turnLines(use, deployed, measured, prices),
    refused: use.refusedPerMonth === 0 ? [] : refusedLines(use, deployed, measured, prices),
    index: deployed.isIndexedByUser ? indexLines(use, measured, prices) : [],
    customers: customerLines(use, deployed, measured, prices),
    kept: keptLines(use, deployed, measured, prices),
    fixed: fixedLines(deployed, prices),
  };
}

function keptLines(use: Use, deployed: Deployed, { start, turn, refused }: Measured, prices: Prices): Line[] {
  const sessionsGb = (use.sessionsKept * start.sessionItemBytes) / GB;
  const { storagePerGbMonth, pointInTimeRecoveryPerGbMonth } = prices.dynamoDb;
  const recovery = deployed.isPointInTimeRecovered ? pointInTimeRecoveryPerGbMonth : 0;
  const logMonths = deployed.logRetentionDays / 30.4;
  const logBytes =
    use.startsPerMonth * (start.accessLogBytes + start.functionLogBytes) +
    use.turnsPerMonth * (turn.accessLogBytes + turn.functionLogBytes) +
    use.refusedPerMonth * (refused.accessLogBytes + refused.functionLogBytes);
  const logGb = (logBytes / GB) * logMonths;
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
