// How long the SDK waits before another attempt.
import { afterEach, describe, expect, test, vi } from 'vitest';
import Moonborn, { MoonbornError, UsageError } from '../src/index.ts';
import { isRetried, retryAfterMs, waitBeforeRetryMs } from '../src/retry-timing.ts';
import { fakeFetch } from './fake-fetch.ts';
import { defaults } from './scenario.ts';

const { retryDelayMs = 0, maxRetryDelayMs = 0, maxRetryAfterMs = 0 } = defaults;
const nowMs = Date.parse('2026-03-01T12:00:00Z');

describe('the wait before a retry', () => {
  test('doubles its upper bound with every retry, up to a ceiling', () => {
    const bounds = [0, 1, 2, 3, 4, 5, 50].map((retry) => waitBeforeRetryMs(retry, 0, 1));
    expect(bounds).toEqual(
      [1, 2, 4, 8, 16, 32, 2 ** 50].map((n) => Math.min(maxRetryDelayMs, n * retryDelayMs)),
    );
  });

  test('is anywhere between nothing and its bound, so that clients do not come back in step', () => {
    expect([0, 0.25, 0.5].map((random) => waitBeforeRetryMs(1, 0, random))).toEqual([0, 250, 500]);
  });

  test('comes on top of what the server asked for', () => {
    expect(waitBeforeRetryMs(0, 3000, 0.5)).toBe(3000 + 0.5 * retryDelayMs);
  });

  test('has no end when the server asks for more than a minute', () => {
    expect(waitBeforeRetryMs(0, maxRetryAfterMs, 0)).toBe(maxRetryAfterMs);
    expect(waitBeforeRetryMs(0, maxRetryAfterMs + 1, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

afterEach(() => {
  vi.useRealTimers();
});

async function toldToWaitMs(retryAfter: string, date: string): Promise<unknown> {
  const { fetch } = fakeFetch(
    () => new Response('', { status: 503, headers: { 'retry-after': retryAfter, date } }),
  );
  const { chat } = new Moonborn({ apiKey: 'sk_test_0123456789', fetch, maxRetries: 0 });
  return chat.getChatSession({ id: 'chs_1' }).catch(({ retryAfterMs }) => retryAfterMs);
}

describe('Retry-After', () => {
  test.each([
    ['7', 7000],
    ['0', 0],
    ['Sun, 01 Mar 2026 12:00:05 GMT', 5000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j is read as %j ms', (header, expected) => {
    expect(retryAfterMs(header, nowMs)).toBe(expected);
  });

  test('as a date counts from the clock of the server, however wrong the one here is', async () => {
    expect(await toldToWaitMs('Wed, 01 Jan 2020 00:00:30 GMT', 'Wed, 01 Jan 2020 00:00:00 GMT')).toBe(30_000);
  });

  test('as a date counts from the clock here when the server does not tell its own', async () => {
    vi.setSystemTime(nowMs);
    expect(await toldToWaitMs('Sun, 01 Mar 2026 12:00:05 GMT', 'today')).toBe(5000);
  });
});

test('only statuses that another attempt may change are retried', () => {
  const retried = Array.from({ length: 300 }, (_, n) => n + 300).filter((status) =>
    isRetried(new MoonbornError('', { code: '', status })),
  );
  expect(retried).toEqual([408, 429, 500, 502, 503, 504]);
});

test('what was never sent is not retried, and what was not answered is', () => {
  expect(isRetried(new UsageError('no key'))).toBe(false);
  expect(isRetried(new MoonbornError('', { code: 'connection_failed' }))).toBe(true);
  expect(isRetried(new MoonbornError('', { code: 'malformed_response', status: 201 }))).toBe(true);
});
