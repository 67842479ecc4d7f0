// The dashboard of the service, with the same rows for every operation of functions/routes.ts.
import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  AUTHORIZE,
  callsOf,
  coldStarts,
  FIVE_MINUTES,
  latencyOf,
  outcomesOf,
  refusalsByReason,
  sumOfIndex,
} from './metrics.ts';
import type { SessionsTable } from './sessions-table-stack.ts';

export interface DashboardPageProps {
  readonly namespace: string;
  readonly api: HttpApi;
  readonly accessLogs: LogGroup;
  readonly table: SessionsTable;
  /** Whether the table has the index of sessions by user. */
  readonly sessionsByUser: boolean;
  readonly authorizer: Alias;
  readonly operations: readonly {
    readonly operation: string;
    readonly method: string;
    readonly path: string;
    readonly alias: Alias;
  }[];
  /** The operation whose callers are ranked. */
  readonly start: { readonly method: string; readonly path: string };
}

const WHOLE_WIDTH = 24;
const HEIGHT = 6;
const PERCENTILES = [50, 90, 99] as const;

export class DashboardPage extends Construct {
  constructor(scope: Construct, id: string, props: DashboardPageProps) {
    super(scope, id);
    const { namespace, operations } = props;
    new Dashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.hours(12),
      widgets: [
        apiRow(props),
        [
          graph(8, {
            title: 'Authorizer: verdicts',
            left: [callsOf(props.authorizer), outcomesOf(namespace, AUTHORIZE)],
          }),
          graph(8, { title: 'Authorizer: refusals by reason', left: [refusalsByReason(namespace)] }),
          graph(8, { title: 'Cold starts', left: [coldStarts(namespace)], stacked: true }),
        ],
        ...operations.flatMap((operation) => operationRows(namespace, operation)),
        tableRow(props),
        [startsByOrg(props)],
      ],
    });
  }
}

function apiRow({ api }: DashboardPageProps): IWidget[] {
  const count = { period: FIVE_MINUTES, statistic: 'Sum' };
  return [
    graph(12, {
      title: 'API: answers',
      left: [
        api.metricCount({ ...count, label: 'all' }),
        api.metricClientError({ ...count, label: '4xx' }),
        api.metricServerError({ ...count, label: '5xx' }),
      ],
    }),
    graph(12, {
      title: 'API: latency (ms)',
      left: PERCENTILES.map((percentile) =>
        api.metricLatency({ period: FIVE_MINUTES, statistic: `p${percentile}`, label: `p${percentile}` }),
      ),
    }),
  ];
}

/** A success is counted in "all calls" only, unless the stage logs at DEBUG. */
function operationRows(
  namespace: string,
  { operation, method, path, alias }: DashboardPageProps['operations'][number],
): IWidget[][] {
  return [
    [new TextWidget({ markdown: `### ${operation}: \`${method} ${path}\``, width: WHOLE_WIDTH, height: 1 })],
    [
      graph(12, {
        title: `${operation}: requests by outcome`,
        left: [callsOf(alias), outcomesOf(namespace, operation)],
      }),
      graph(12, {
        title: `${operation}: latency (ms)`,
        left: PERCENTILES.map((percentile) =>
          latencyOf(alias, percentile, FIVE_MINUTES).with({ label: `p${percentile}` }),
        ),
      }),
    ],
  ];
}

function tableRow({ table, sessionsByUser }: DashboardPageProps): IWidget[] {
  const sums = (...metrics: string[]) => [
    ...metrics.map((metric) => table.metric(metric, { period: FIVE_MINUTES, statistic: 'Sum' })),
    ...(sessionsByUser
      ? metrics.map((metric) =>
          sumOfIndex(table, metric, FIVE_MINUTES).with({ label: `${metric} of the index` }),
        )
      : []),
  ];
  return [
    graph(12, { title: 'Table: throttles', left: sums('ReadThrottleEvents', 'WriteThrottleEvents') }),
    graph(12, {
      title: 'Table: consumed units',
      left: sums('ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'),
    }),
  ];
}

function startsByOrg({ accessLogs, start }: DashboardPageProps): IWidget {
  return new LogQueryWidget({
    title: 'Starts by org: top 10',
    logGroupNames: [accessLogs.logGroupName],
    queryLines: [
      `filter routeKey = "${start.method} ${start.path}" and status = "201"`,
      'stats count(*) as starts by orgId',
      'sort starts desc',
      'limit 10',
    ],
    view: LogQueryVisualizationType.TABLE,
    width: WHOLE_WIDTH,
    height: HEIGHT,
  });
}

function graph(width: number, props: GraphWidgetProps): GraphWidget {
  return new GraphWidget({ width, height: HEIGHT, leftYAxis: { min: 0 }, ...props });
}
