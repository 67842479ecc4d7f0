// The metrics of alarms and dashboard: ours, which the functions write into their logs, and AWS's own.
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { sessionsByUser } from '../functions/routes.ts';
import type { Config } from './config.ts';
import type { SessionsTable } from './sessions-table-stack.ts';

/** The finest resolution without extra charge: short enough to fire during a canary. */
export const MINUTE = Duration.minutes(1);
export const FIVE_MINUTES = Duration.minutes(5);

/** The authorizer's name in the functions' metrics. */
export const AUTHORIZE = 'authorize';

export function metricsNamespace({ stage }: Config): string {
  return `MoonbornChatSessions/${stage}`;
}

/** Calls of an operation with one outcome. Each reports its duration once, so the sample count is the number of calls. */
export function callsEnding(namespace: string, operation: string, outcome: string): Metric {
  return new Metric({
    namespace,
    metricName: 'durationMs',
    dimensionsMap: { operation, outcome },
    statistic: Stats.SAMPLE_COUNT,
    period: MINUTE,
  });
}

/** A line for each outcome of an operation that has occurred. */
export function outcomesOf(namespace: string, operation: string): MathExpression {
  return search(
    `{"${namespace}",operation,outcome} MetricName="durationMs" operation="${operation}"`,
    'SampleCount',
    'outcome',
  );
}

/** A line for each reason why credentials were refused, or could not be checked. */
export function refusalsByReason(namespace: string): MathExpression {
  return search(
    `{"${namespace}",operation,reason} MetricName="durationMs" operation="${AUTHORIZE}"`,
    'SampleCount',
    'reason',
  );
}

export function coldStarts(namespace: string): MathExpression {
  return search(`{"${namespace}",operation} MetricName="coldStarts"`, 'Sum', 'operation');
}

/** All calls, with any outcome. */
export function callsOf(alias: Alias): Metric {
  return alias.metricInvocations({ period: FIVE_MINUTES, label: 'all calls' });
}

export function latencyOf(alias: Alias, percentile: number, period: Duration): Metric {
  return alias.metricDuration({ statistic: Stats.percentile(percentile), period });
}

/** Of the index of sessions by user; the metrics of the table itself leave it out. */
export function sumOfIndex(table: SessionsTable, metricName: string, period: Duration): Metric {
  return table.metric(metricName, {
    dimensionsMap: { TableName: table.tableName, GlobalSecondaryIndexName: sessionsByUser.name },
    statistic: 'Sum',
    period,
  });
}

/** Fewer calls are within the difference between the minutes of two services' metrics. */
const TURNED_AWAY_CALLS_MIN = 10;

/**
 * Of the calls in a minute, the percentage that API Gateway refused by itself: throttled by the stage, or malformed. HTTP
 * APIs publish no metric for their throttle. Every other call invokes the authorizer or the function for preflights. A
 * refused call counts as 4xx; a preflight that API Gateway answered itself does not.
 */
export function turnedAwayByGateway(api: HttpApi, invokedFirst: readonly Alias[]): MathExpression {
  const sum = { period: MINUTE, statistic: Stats.SUM };
  const invocations = invokedFirst.map((alias, i) => [`invoked${i}`, alias.metricInvocations(sum)] as const);
  const seen = invocations.map(([id]) => ` - FILL(${id}, 0)`).join('');
  const away = `MIN([refused, calls${seen}])`;
  return new MathExpression({
    expression: `IF(${away} >= ${TURNED_AWAY_CALLS_MIN}, 100 * ${away} / calls, 0)`,
    usingMetrics: {
      calls: api.metricCount(sum),
      refused: api.metricClientError(sum),
      ...Object.fromEntries(invocations),
    },
    label: 'turned away by the gateway (%)',
    period: MINUTE,
  });
}

/** @param labelledBy the dimension whose value names each line */
function search(metrics: string, statistic: string, labelledBy: string): MathExpression {
  return new MathExpression({
    expression: `SEARCH('${metrics}', '${statistic}', ${FIVE_MINUTES.toSeconds()})`,
    label: `\${PROP('Dim.${labelledBy}')}`,
    period: FIVE_MINUTES,
  });
}
