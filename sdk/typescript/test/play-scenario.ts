// Plays one scenario with the SDK and tells what came of it.
import { randomUUID } from 'node:crypto';
import Moonborn, {
  type APIPromise,
  type APIResponse,
  type ChatSessionPagePromise,
  type ClientOptions,
  type NearCap,
  type Retry,
} from '../src/index.ts';
import { type Call, type Expectation, filled, type Scenario } from './scenario.ts';

export type Outcome = {
  result?: unknown;
  /** Where the scenario asks for it; `result` is then its data. */
  response?: APIResponse<unknown>;
  error?: unknown;
  /** What the scenario expects, with its placeholders filled in. */
  expected: Expectation;
  totalMs: number;
  told: Told;
  /** Every key that the client had. */
  apiKeys: string[];
};

/** What the client said while the call was going on. */
export type Told = {
  logs: { level: string; line: string }[];
  retries: Retry[];
  nearCap: NearCap[];
  keysAsked: number;
};

export async function playScenario(
  scenario: Scenario,
  client: ClientOptions & { apiKey: string },
  values: Record<string, string>,
): Promise<Outcome> {
  const { apiKeys, callbacksThrow, ...settings } = scenario.client ?? {};
  const told: Told = { logs: [], retries: [], nearCap: [], keysAsked: 0 };
  const options = { ...client, ...listeners(told, callbacksThrow), ...settings };
  const withKeys = { ...options, ...(apiKeys && { apiKey: keysInTurn(apiKeys, told) }) };
  const known: Record<string, string> = { ...values, $unique: randomUUID() };
  for (const call of scenario.before ?? []) {
    const result = await make(new Moonborn(options), filled(call, known));
    for (const [name, path] of Object.entries(call.save ?? {})) known[name] = String(valueAt(result, path));
  }

  const expected = filled(scenario.expect, known);
  const outcome = { expected, told, apiKeys: apiKeys ?? [settings.apiKey ?? client.apiKey] };
  const startedMs = performance.now();
  const totalMs = () => performance.now() - startedMs;
  try {
    const made = await make(new Moonborn(withKeys), filled(scenario.call, known));
    const response = scenario.call.withResponse && { response: made as APIResponse<unknown> };
    const result = response ? response.response.data : made;
    return { ...outcome, result, ...response, totalMs: totalMs() };
  } catch (error) {
    return { ...outcome, error, totalMs: totalMs() };
  }
}

async function make(moonborn: Moonborn, call: Call): Promise<unknown> {
  const options = {
    ...call.options,
    ...(call.cancelAfterMs && { signal: cancelledAfter(call.cancelAfterMs) }),
  };
  const operation = moonborn.chat as unknown as Record<string, (args: unknown, options: unknown) => unknown>;
  const answer = operation[call.operationId]?.(call.args, options);
  if (call.withResponse) return (answer as APIPromise<unknown>).withResponse();
  const list = answer as ChatSessionPagePromise;
  if (call.collect !== undefined) return collected(list, call.collect);
  return call.collectPages === undefined ? answer : collected(list.iterPages(), call.collectPages);
}

async function collected(list: AsyncIterable<unknown>, most: number): Promise<unknown[]> {
  const items = [];
  for await (const item of list) {
    items.push(item);
    if (items.length === most) break;
  }
  return items;
}

function listeners(told: Told, alsoThrow = false): ClientOptions {
  const afterwards = () => {
    if (alsoThrow) throw new Error('thrown by a callback of the test');
  };
  const logAs = (level: string) => (line: string) => {
    told.logs.push({ level, line });
    afterwards();
  };
  return {
    logger: { error: logAs('error'), warn: logAs('warn'), info: logAs('info'), debug: logAs('debug') },
    onRetry(retry) {
      told.retries.push(retry);
      afterwards();
    },
    // An async one, whose promise fails.
    async onRateLimitNearCap(state) {
      told.nearCap.push(state);
      afterwards();
    },
  };
}

function keysInTurn(keys: string[], told: Told): () => Promise<string> {
  return async () => {
    const key = keys[Math.min(told.keysAsked++, keys.length - 1)];
    if (key === undefined) throw new Error('no key from the test');
    return key;
  };
}

function cancelledAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('cancelled by the test')), ms);
  return controller.signal;
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((part, name) => (part as Record<string, unknown>)[name], value);
}
