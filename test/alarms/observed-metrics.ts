// The metrics that CloudWatch would have, from what a running local stack gives away.
import type { Deployment } from '../../local/assembly/deployment.ts';
import type { DatabaseCall } from '../faults/database-proxy.ts';
import type { CallRecord } from '../faults/faulty-proxy.ts';

export interface Datum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Evidence {
  readonly deployment: Deployment;
  /** `<function>\t<line>` each. */
  readonly functionLog: readonly string[];
  readonly accessLog: readonly string[];
  /** Of the consumers of the stream, a line for each invocation, and one for each batch that was given up. */
  readonly streamLog: readonly string[];
  readonly onFailureRecords: readonly string[];
  readonly databaseCalls: readonly CallRecord<DatabaseCall>[];
}

export function observedMetrics(evidence: Evidence): Datum[] {
  return [
    ...embeddedMetrics(evidence),
    ...invocations(evidence),
    ...apiAnswers(evidence),
    ...lambdaThrottles(evidence),
    ...tableThrottles(evidence),
    ...streamReading(evidence),
    ...deadLetters(evidence),
  ];
}

interface LogLine extends Record<string, unknown> {
  readonly type?: string;
  readonly record?: { readonly status: string; readonly metrics: { readonly durationMs: number } };
  readonly _aws?: {
    readonly CloudWatchMetrics: {
      readonly Namespace: string;
      readonly Dimensions: string[][];
      readonly Metrics: { readonly Name: string }[];
    }[];
  };
}

function linesOf({ functionLog }: Evidence): { functionName: string; line: LogLine }[] {
  return functionLog.flatMap((entry) => {
    const [functionName = '', text = ''] = entry.split('\t');
    return text.startsWith('{') ? [{ functionName, line: JSON.parse(text) as LogLine }] : [];
  });
}

/** As CloudWatch reads them: a metric for each set of dimensions, its value and theirs from the line itself. */
function embeddedMetrics(evidence: Evidence): Datum[] {
  return linesOf(evidence).flatMap(({ line }) =>
    (line._aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((names) =>
        Metrics.map(({ Name }) => ({
          namespace: Namespace,
          name: Name,
          dimensions: Object.fromEntries(names.map((name) => [name, String(line[name])])),
          value: Number(line[Name]),
        })),
      ),
    ),
  );
}

/** `Invocations`, `Errors` and `Duration`, from the line that Lambda writes after each invocation. */
function invocations(evidence: Evidence): Datum[] {
  return linesOf(evidence).flatMap(({ functionName, line }) => {
    if (line.type !== 'platform.report' || line.record === undefined) {
      return [];
    }
    const { status, metrics } = line.record;
    return [
      ofFunction(functionName, 'Invocations', 1),
      ofFunction(functionName, 'Errors', status === 'success' ? 0 : 1),
      ofFunction(functionName, 'Duration', metrics.durationMs),
    ];
  });
}

interface AccessLogLine {
  readonly routeKey: string;
  readonly status: string;
  readonly integrationError: string;
  readonly authorizerError: string;
}

function accessLinesOf({ accessLog }: Evidence): AccessLogLine[] {
  return accessLog.map((line) => JSON.parse(line));
}

function apiAnswers(evidence: Evidence): Datum[] {
  const ofApi = (name: string, value: number) => ({
    namespace: 'AWS/ApiGateway',
    name,
    dimensions: { ApiId: evidence.deployment.api.id },
    value,
  });
  return accessLinesOf(evidence).flatMap(({ status }) => [
    ofApi('Count', 1),
    ofApi('4xx', /^4/.test(status) ? 1 : 0),
    ofApi('5xx', /^5/.test(status) ? 1 : 0),
  ]);
}

/** Lambda writes nothing about a call that it turned away; the gateway does. */
function lambdaThrottles(evidence: Evidence): Datum[] {
  const { routes } = evidence.deployment.api;
  return accessLinesOf(evidence).flatMap(({ routeKey, integrationError, authorizerError }) => {
    const route = routes.find(({ key }) => key === routeKey);
    if (integrationError.startsWith('TooManyRequestsException')) {
      return [ofFunction(route?.functionName ?? '', 'Throttles', 1)];
    }
    if (authorizerError.startsWith('TooManyRequestsException')) {
      return [ofFunction(route?.authorizer?.functionName ?? '', 'Throttles', 1)];
    }
    return [];
  });
}

/** Played as two kinds of refusals: `throughput-exceeded` is that of the index, which DynamoDB counts for the index alone. */
function tableThrottles({ deployment, databaseCalls }: Evidence): Datum[] {
  return databaseCalls
    .filter(({ fault }) => fault?.kind === 'throttle' || fault?.kind === 'throughput-exceeded')
    .map(({ call, fault }) => ({
      namespace: 'AWS/DynamoDB',
      name: /^(Get|Query)/.test(call.operation) ? 'ReadThrottleEvents' : 'WriteThrottleEvents',
      dimensions: {
        TableName: deployment.table.name,
        ...(fault?.kind === 'throughput-exceeded' && {
          GlobalSecondaryIndexName: deployment.table.globalIndexes[0]?.IndexName ?? '',
        }),
      },
      value: 1,
    }));
}

interface StreamLogLine {
  readonly mapping: string;
  readonly functionName: string;
  readonly records: number;
  readonly outcome: string;
  readonly iteratorAgeMs?: number;
}

/** Lambda counts what it polls, and would write a 0 for a poll that finds nothing. `IteratorAge` is the age of the last record of a batch, whether or not it was taken. */
function streamReading({ streamLog }: Evidence): Datum[] {
  return streamLog.flatMap((line) => {
    const { mapping, functionName, records, outcome, iteratorAgeMs } = JSON.parse(line) as StreamLogLine;
    return [
      {
        namespace: 'AWS/Lambda',
        name: 'PolledEventCount',
        dimensions: { EventSourceMappingUUID: mapping },
        value: records,
      },
      ...(iteratorAgeMs === undefined ? [] : [ofFunction(functionName, 'IteratorAge', iteratorAgeMs)]),
      ...(outcome === 'throttled' ? [ofFunction(functionName, 'Throttles', 1)] : []),
    ];
  });
}

/** Nobody takes a message away, so there are as many as there ever were. */
function deadLetters({ onFailureRecords }: Evidence): Datum[] {
  const queues = onFailureRecords.map((line) => (JSON.parse(line) as { destination: string }).destination);
  return queues.map((QueueName, i) => ({
    namespace: 'AWS/SQS',
    name: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName },
    value: queues.slice(0, i + 1).filter((queue) => queue === QueueName).length,
  }));
}

/** With the alias that everybody calls, as the alarms ask for them. */
function ofFunction(functionName: string, name: string, value: number): Datum {
  return {
    namespace: 'AWS/Lambda',
    name,
    dimensions: { FunctionName: functionName, Resource: `${functionName}:live` },
    value,
  };
}
