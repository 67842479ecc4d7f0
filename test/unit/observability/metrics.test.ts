// Metrics in log lines: CloudWatch finds them by the embedded metric format, where they say they are.
import { expect, it, vi } from 'vitest';
import { captureLogs } from '../log-lines.ts';

const logs = captureLogs();

interface Embedded {
  readonly Timestamp: number;
  readonly CloudWatchMetrics: {
    readonly Namespace: string;
    readonly Dimensions: string[][];
    readonly Metrics: { readonly Name: string; readonly Unit: string }[];
  }[];
}

/** As if in a function's execution environment of its own. */
async function freshMetrics() {
  vi.resetModules();
  vi.stubEnv('METRICS_NAMESPACE', 'MoonbornChatSessions/test');
  return import('../../../functions/observability/metrics.ts');
}

it('the duration of a call is counted and timed by operation and outcome, never by customer', async () => {
  const { durationMetric } = await freshMetrics();
  const beganAtMs = Date.now();
  const { Timestamp, CloudWatchMetrics } = durationMetric()._aws as Embedded;
  expect(Timestamp).toBeGreaterThanOrEqual(beganAtMs);
  expect(Timestamp).toBeLessThanOrEqual(Date.now());
  expect(CloudWatchMetrics).toEqual([
    {
      Namespace: 'MoonbornChatSessions/test',
      Dimensions: [['operation', 'outcome']],
      Metrics: [{ Name: 'durationMs', Unit: 'Milliseconds' }],
    },
  ]);
});

it('the first call of an execution environment is counted as a cold start, and no other', async () => {
  const { countColdStart } = await freshMetrics();
  countColdStart('startChatSession');
  countColdStart('startChatSession');
  const lines = logs.text().trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'INFO',
    message: 'cold start',
    operation: 'startChatSession',
    coldStarts: 1,
    _aws: {
      CloudWatchMetrics: [{ Dimensions: [['operation']], Metrics: [{ Name: 'coldStarts', Unit: 'Count' }] }],
    },
  });
});
