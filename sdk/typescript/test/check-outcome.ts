// Compares what came of a scenario with what it expects.
import { inspect } from 'node:util';
import { expect } from 'vitest';
import * as sdk from '../src/index.ts';
import type { Outcome, Told } from './play-scenario.ts';
import type { Expectation, ExpectedError, ExpectedResponse } from './scenario.ts';

const kinds: Record<string, new (...given: never[]) => Error> = {
  usage: sdk.UsageError,
  connection: sdk.APIConnectionError,
  timeout: sdk.APITimeoutError,
  malformed_response: sdk.MalformedResponseError,
  api: sdk.APIError,
  unauthorized: sdk.UnauthorizedError,
  forbidden: sdk.ForbiddenError,
  not_found: sdk.NotFoundError,
  conflict: sdk.ConflictError,
  validation: sdk.ValidationError,
  rate_limit: sdk.RateLimitError,
  server: sdk.ServerError,
};

export function checkOutcome({ result, response, error, expected, told, apiKeys }: Outcome): void {
  if (expected.error) {
    checkError(error, expected.error);
    for (const apiKey of apiKeys.filter(Boolean)) expectNoKey(error, apiKey);
  } else {
    expect(error).toBeUndefined();
    expect(result ?? null).toEqual(pattern(expected.result));
  }
  if (expected.response) checkResponse(response, expected.response);
  if (expected.requestId) {
    expect(result).toHaveProperty('requestId', expected.requestId);
    expect(Object.keys(result as object)).not.toContain('requestId');
  }
  checkTold(told, expected, apiKeys);
}

function checkResponse(response: Outcome['response'], expected: ExpectedResponse): void {
  const { headers = {}, ...facts } = expected;
  expect(JSON.parse(JSON.stringify(response))).toMatchObject(pattern(facts) as object);
  for (const [name, value] of Object.entries(headers)) expect(response?.headers.get(name)).toBe(value);
}

function checkTold(told: Told, expected: Expectation, apiKeys: string[]): void {
  const { logs, retries, nearCap, keysAsked } = expected;
  if (keysAsked !== undefined) expect(told.keysAsked, 'times that a key was asked for').toBe(keysAsked);
  if (logs) {
    expect(told.logs.map(({ level }) => level)).toEqual(logs.map(({ level }) => level));
    for (const [n, { holds }] of logs.entries())
      for (const text of holds) expect(told.logs[n]?.line).toContain(text);
  }
  for (const text of [...(expected.logsWithout ?? []), ...apiKeys.filter(Boolean)])
    for (const { line } of told.logs) expect(line).not.toContain(text);
  if (nearCap) {
    const wanted = nearCap.map(({ remaining, resetInSeconds }) => ({ remaining, resetIn: resetInSeconds }));
    expect(told.nearCap).toEqual(wanted);
  }
  if (!retries) return;
  expect(told.retries.map(({ attempt }) => attempt)).toEqual(retries.map(({ attempt }) => attempt));
  for (const [n, { error, leastDelayMs = 0, mostDelayMs = Number.POSITIVE_INFINITY }] of retries.entries()) {
    checkError(told.retries[n]?.error, error);
    expect(told.retries[n]?.delayMs).toBeGreaterThanOrEqual(leastDelayMs);
    expect(told.retries[n]?.delayMs).toBeLessThanOrEqual(mostDelayMs);
  }
}

function checkError(error: unknown, expected: ExpectedError): void {
  const { kind, messageWithout, ...facts } = expected;
  if (kind === 'cancelled') {
    expect(error).toEqual(new Error('cancelled by the test'));
    return;
  }
  const ErrorClass = kinds[kind];
  if (!ErrorClass)
    throw new Error(`scenarios.json expects an error of kind '${kind}', which this SDK does not have`);
  expect(Object.getPrototypeOf(error)).toBe(ErrorClass.prototype);
  expect(error).toBeInstanceOf(sdk.MoonbornError);
  const { name, message, code, status, requestId } = error as sdk.MoonbornError;
  expect((error as sdk.MoonbornError).toJSON()).toMatchObject({ name, message, code });
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({
    ...(status && { status }),
    ...(requestId && { requestId }),
  });
  const plain = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;
  for (const [fact, value] of Object.entries(facts))
    expect(plain[fact] ?? null, fact).toEqual(pattern(value));
  if (messageWithout !== undefined) expect((error as Error).message).not.toContain(messageWithout);
}

export function expectNoKey(value: unknown, apiKey: string): void {
  const prints = [String(value), inspect(value, { depth: 10, showHidden: true }), JSON.stringify(value)];
  for (const print of prints) expect(print ?? '').not.toContain(apiKey);
}

/** `$string` stands for any text that is not empty, and an object for at least its fields. */
export function pattern(expected: unknown): unknown {
  if (expected === '$string') return expect.stringMatching(/./);
  if (Array.isArray(expected)) return expected.map(pattern);
  if (typeof expected !== 'object' || expected === null) return expected;
  const fields = Object.entries(expected).map(([name, value]) => [name, pattern(value)]);
  return expect.objectContaining(Object.fromEntries(fields));
}
