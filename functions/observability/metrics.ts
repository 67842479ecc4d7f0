// Metrics in CloudWatch's embedded metric format: part of a log line, without a call to CloudWatch.
import { logInfo } from './log.ts';

const NAMESPACE = process.env.METRICS_NAMESPACE ?? 'MoonbornChatSessions';

/** CloudWatch charges for each combination of dimension values: never add a dimension that grows with the customers. */
const DURATION = metric('durationMs', 'Milliseconds', ['operation', 'outcome']);
/** By reason too: reasons come from a closed list. */
const REFUSALS = metric('durationMs', 'Milliseconds', ['operation', 'outcome'], ['operation', 'reason']);
const COLD_STARTS = metric('coldStarts', 'Count', ['operation']);

const UNCOUNTED = metric('uncountedRequests', 'Count', []);

/** For a line with `operation`, `outcome` and `durationMs`. Its sample count is the number of calls. */
export function durationMetric() {
  return { _aws: { Timestamp: Date.now(), CloudWatchMetrics: DURATION } };
}

/** As {@link durationMetric}, for a line that also has a `reason`. */
export function refusalMetric() {
  return { _aws: { Timestamp: Date.now(), CloudWatchMetrics: REFUSALS } };
}

/** For the line of a request that was let through because it could not be counted. */
export function uncountedMetric() {
  return { uncountedRequests: 1, _aws: { Timestamp: Date.now(), CloudWatchMetrics: UNCOUNTED } };
}

let isCold = true;

/** Writes a line on the first call of this execution environment. */
export function countColdStart(operation: string): void {
  if (isCold) {
    isCold = false;
    const _aws = { Timestamp: Date.now(), CloudWatchMetrics: COLD_STARTS };
    logInfo('cold start', { operation, coldStarts: 1, _aws });
  }
}

function metric(Name: string, Unit: string, ...dimensions: readonly (readonly string[])[]) {
  return [{ Namespace: NAMESPACE, Dimensions: dimensions, Metrics: [{ Name, Unit }] }];
}
