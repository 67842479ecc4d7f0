// Every scenario, against a server that misbehaves as its script says.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MoonbornError } from '../src/index.ts';
import { checkOutcome, pattern } from './check-outcome.ts';
import { playScenario } from './play-scenario.ts';
import { type Expectation, placeholders, scenarios } from './scenario.ts';
import { startScenarioServer } from './scenario-server.ts';

type Received = {
  requests: {
    method: string;
    path: string;
    query: object;
    body: unknown;
    headers: Record<string, string>;
    atMs: number;
  }[];
  applied: unknown[];
};

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const values = Object.fromEntries(Object.entries(placeholders).map(([name, { server }]) => [name, server]));
const apiKey = 'sk_test_0123456789abcdefghijABCDEFGHIJ012345';

let server: Awaited<ReturnType<typeof startScenarioServer>>;
beforeAll(async () => {
  server = await startScenarioServer();
});
afterAll(() => server.stop());

describe.concurrent('against a server that misbehaves', () => {
  for (const scenario of scenarios.filter(({ against }) => against.includes('server'))) {
    test(scenario.name, async () => {
      const baseUrl = `${server.baseUrl}/${randomUUID()}/${scenario.id}`;
      const outcome = await playScenario(scenario, { apiKey, baseUrl }, values);
      const received = (await (await fetch(`${baseUrl}/__received`)).json()) as Received;
      received.requests.splice(0, scenario.before?.length ?? 0);

      checkOutcome(outcome);
      checkReceived(received, outcome.expected);
      if (outcome.expected.errorHasSentKey) {
        const { idempotencyKey } = outcome.error as MoonbornError;
        expect(idempotencyKey).toBe(received.requests.at(-1)?.headers['idempotency-key']);
      }
      if (outcome.expected.maxTotalMs) expect(outcome.totalMs).toBeLessThan(outcome.expected.maxTotalMs);
    });
  }
});

function checkReceived({ requests, applied }: Received, expected: Expectation): void {
  const keys = requests.map(({ headers }) => headers['idempotency-key'] ?? 'none');
  if (expected.attempts !== undefined) expect(requests.length, 'attempts').toBe(expected.attempts);
  if (expected.sessionsApplied !== undefined)
    expect(applied.length, 'sessions').toBe(expected.sessionsApplied);
  if (expected.sameIdempotencyKey)
    expect([...new Set(keys)], 'keys').toEqual([expect.not.stringMatching('none')]);
  if (expected.idempotencyKey) {
    const key =
      expected.idempotencyKey === 'uuidv7' ? expect.stringMatching(uuidV7) : expected.idempotencyKey;
    expect(keys).toEqual(keys.map(() => key));
  }
  for (const [n, seconds] of (expected.keyTimesInSeconds ?? []).entries()) {
    const offMs = keyTimeMs(keys[n] ?? '') - (requests[n]?.atMs ?? 0) - seconds * 1000;
    expect(Math.abs(offMs), `the time in the key of attempt ${n + 1}`).toBeLessThan(3_600_000);
  }
  for (const [n, { query, headers = {}, ...rest }] of (expected.requests ?? []).entries()) {
    expect(requests[n]).toEqual(pattern(rest));
    for (const [name, value] of Object.entries(headers))
      expect(requests[n]?.headers[name] ?? null, name).toEqual(pattern(value));
    if (query) expect(requests[n]?.query).toEqual(query);
  }
  for (const [n, leastMs] of (expected.minWaitsMs ?? []).entries()) {
    const waitMs = (requests[n + 1]?.atMs ?? 0) - (requests[n]?.atMs ?? 0);
    expect(waitMs, `wait before attempt ${n + 2}`).toBeGreaterThanOrEqual(leastMs);
  }
}

function keyTimeMs(uuid: string): number {
  return Number.parseInt(uuid.replace('-', '').slice(0, 12), 16);
}
