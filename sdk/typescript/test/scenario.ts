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
  collectPages?: number;
  withResponse?: boolean;
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
  idempotencyKey?: string | null;
  rateLimit?: unknown;
};

export type ExpectedResponse = {
  status?: number;
  requestId?: string;
  attempts?: number;
  headers?: Record<string, string>;
  rateLimit?: unknown;
};

export type ExpectedRetry = {
  attempt: number;
  error: ExpectedError;
  leastDelayMs?: number;
  mostDelayMs?: number;
};

export type Expectation = {
  result?: unknown;
  error?: ExpectedError;
  attempts?: number;
  sameIdempotencyKey?: boolean;
  idempotencyKey?: string;
  keyTimesInSeconds?: number[];
  requests?: {
    method?: string;
    path?: string;
    body?: unknown;
    query?: Record<string, string>;
    headers?: Record<string, string | null>;
  }[];
  response?: ExpectedResponse;
  requestId?: string;
  errorHasSentKey?: boolean;
  keysAsked?: number;
  logs?: { level: string; holds: string[] }[];
  logsWithout?: string[];
  retries?: ExpectedRetry[];
  nearCap?: { remaining: number; resetInSeconds: number }[];
  sessionsApplied?: number;
  minWaitsMs?: number[];
  maxTotalMs?: number;
};

export type Scenario = {
  id: string;
  name: string;
  against: ('server' | 'stack')[];
  client?: Omit<ClientOptions, 'apiKey'> & { apiKey?: string; apiKeys?: string[]; callbacksThrow?: boolean };
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
