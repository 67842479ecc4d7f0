// The metrics that say how the service is doing: ours, which the functions write into their logs, and AWS's own.
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { sessionsByUser } from '../functions/routes.ts';
import type { Config } from './config.ts';

/** The shortest that AWS keeps for nothing, so that an alarm can fire while a new version is on trial. */
export const MINUTE = Duration.minutes(1);
export const FIVE_MINUTES = Duration.minutes(5);

/** What the authorizer is called in the functions' metrics. */
export const AUTHORIZE = 'authorize';

export function metricsNamespace({ stage }: Config): string {
  return `MoonbornChatSessions/${stage}`;
}

/** Calls of an operation that ended in one way; each has reported its duration once, so their number is the count. */
export function callsEnding(namespace: string, operation: string, outcome: string): Metric {
  return new Metric({
    namespace,
    metricName: 'durationMs',
    dimensionsMap: { operation, outcome },
    statistic: Stats.SAMPLE_COUNT,
    period: MINUTE,
  });
}

/** A line for each way in which calls of an operation ended, whichever there were. */
export function outcomesOf(namespace: string, operation: string): MathExpression {
  return search(
    `{"${namespace}",operation,outcome} MetricName="durationMs" operation="${operation}"`,
    'SampleCount',
    'outcome',
  );
}

/** A line for each reason for which credentials were refused, or could not be checked. */
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

/** All calls, whichever way they ended. */
export function callsOf(live: Alias): Metric {
  return live.metricInvocations({ period: FIVE_MINUTES, label: 'all calls' });
}

export function latencyOf(live: Alias, percentile: number, period: Duration): Metric {
  return live.metricDuration({ statistic: Stats.percentile(percentile), period });
}

/** Of the index of sessions by user; the metrics of the table itself leave it out. */
export function sumOfIndex(table: TableV2, metricName: string, period: Duration): Metric {
  return table.metric(metricName, {
    dimensionsMap: { TableName: table.tableName, GlobalSecondaryIndexName: sessionsByUser.name },
    statistic: 'Sum',
    period,
  });
}

/** A share below this is within what two services' minutes differ by. */
const TURNED_AWAY_CALLS_MIN = 10;

/**
 * Of the calls in a minute, the percentage that the gateway refused by itself: beyond the stage's throttle, or malformed.
 * HTTP APIs publish no metric of their throttle. Every other call invokes the authorizer, or the function for preflights; and
 * a call that the gateway refused is among the 4xx, which a preflight that it answered itself is not.
 */
export function turnedAwayByGateway(api: HttpApi, invokedFirst: readonly Alias[]): MathExpression {
  const sum = { period: MINUTE, statistic: Stats.SUM };
  const invocations = invokedFirst.map((live, i) => [`invoked${i}`, live.metricInvocations(sum)] as const);
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
function search(what: string, statistic: string, labelledBy: string): MathExpression {
  return new MathExpression({
    expression: `SEARCH('${what}', '${statistic}', ${FIVE_MINUTES.toSeconds()})`,
    label: `\${PROP('Dim.${labelledBy}')}`,
    period: FIVE_MINUTES,
  });
}
