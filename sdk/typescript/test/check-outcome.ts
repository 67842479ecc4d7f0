// Compares what came of a scenario with what it expects.
import { inspect } from 'node:util';
import { expect } from 'vitest';
import * as sdk from '../src/index.ts';
import type { Outcome } from './play-scenario.ts';
import type { ExpectedError } from './scenario.ts';

const kinds: Record<string, new (...given: never[]) => Error> = {
  usage: sdk.UsageError,
  connection: sdk.ConnectionError,
  timeout: sdk.TimeoutError,
  malformed_response: sdk.MalformedResponseError,
  api: sdk.ApiError,
  unauthorized: sdk.UnauthorizedError,
  forbidden: sdk.ForbiddenError,
  not_found: sdk.NotFoundError,
  conflict: sdk.ConflictError,
  validation: sdk.ValidationError,
  rate_limit: sdk.RateLimitError,
  server: sdk.ServerError,
};

export function checkOutcome({ result, error, expected }: Outcome, apiKey: string): void {
  if (expected.error) {
    checkError(error, expected.error);
    expectNoKey(error, apiKey);
  } else {
    expect(error).toBeUndefined();
    expect(result ?? null).toEqual(pattern(expected.result));
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
  for (const [name, value] of Object.entries(facts)) {
    expect((error as Record<string, unknown>)[name] ?? null, name).toEqual(pattern(value));
  }
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
