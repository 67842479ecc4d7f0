// ../../scenarios.json, typed as its README describes it.
import { readFileSync } from 'node:fs';
import type { ClientOptions, StartOptions } from '../src/index.ts';

export type Call = {
  operationId: string;
  args: Record<string, unknown>;
  options?: StartOptions;
  save?: Record<string, string>;
  cancelAfterMs?: number;
  collect?: number;
};

export type ExpectedError = {
  kind: string;
  status?: number;
  code?: string;
  message?: string;
  messageWithout?: string;
  requestId?: string;
  details?: unknown;
  retryAfterMs?: number;
};

export type Expectation = {
  result?: unknown;
  error?: ExpectedError;
  attempts?: number;
  sameIdempotencyKey?: boolean;
  idempotencyKey?: string;
  keyTimesInSeconds?: number[];
  requests?: { method?: string; path?: string; body?: unknown; query?: Record<string, string> }[];
  sessionsApplied?: number;
  minWaitsMs?: number[];
  maxTotalMs?: number;
};

export type Scenario = {
  id: string;
  name: string;
  against: ('server' | 'stack')[];
  client?: ClientOptions;
  before?: Call[];
  call: Call;
  expect: Expectation;
};

type ScenarioList = {
  defaults: Record<string, number>;
  placeholders: Record<string, { server: string; stackEnv: string }>;
  scenarios: Scenario[];
};

export const { defaults, placeholders, scenarios } = JSON.parse(
  readFileSync(new URL('../../scenarios.json', import.meta.url), 'utf8'),
) as ScenarioList;

/** Puts values in the place of `$name` in all strings of a JSON value. */
export function filled<Value>(value: Value, values: Record<string, string>): Value {
  const names = Object.keys(values);
  const fill = (text: string) =>
    names.reduce((done, name) => done.replaceAll(name, values[name] ?? ''), text);
  return JSON.parse(JSON.stringify(value), (_key, part) => (typeof part === 'string' ? fill(part) : part));
}
