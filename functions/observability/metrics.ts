// Metrics as part of a log line, in CloudWatch's embedded metric format: no call is made for them.
import { logInfo } from './log.ts';

const NAMESPACE = process.env.METRICS_NAMESPACE ?? 'MoonbornChatSessions';

/** Every metric of each combination is paid by the month; never add one that grows with the customers. */
const DURATION = metric('durationMs', 'Milliseconds', ['operation', 'outcome']);
/** By reason too, from a list that is closed. */
const REFUSALS = metric('durationMs', 'Milliseconds', ['operation', 'outcome'], ['operation', 'reason']);
const COLD_STARTS = metric('coldStarts', 'Count', ['operation']);

const UNCOUNTED = metric('uncountedRequests', 'Count', []);

/** For a line with `operation`, `outcome` and `durationMs`: times the call, and counts it, since it has one duration. */
export function durationMetric() {
  return { _aws: { Timestamp: Date.now(), CloudWatchMetrics: DURATION } };
}

/** As {@link durationMetric}, for a line that also has a `reason`. */
export function refusalMetric() {
  return { _aws: { Timestamp: Date.now(), CloudWatchMetrics: REFUSALS } };
}

/** For the line of a request that was let through although its org's requests can't be counted. */
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
