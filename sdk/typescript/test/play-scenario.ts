// Plays one scenario with the SDK and tells what came of it.
import { randomUUID } from 'node:crypto';
import Moonborn, { type ChatSessionPagePromise, type ClientOptions } from '../src/index.ts';
import { type Call, type Expectation, filled, type Scenario } from './scenario.ts';

export type Outcome = {
  result?: unknown;
  error?: unknown;
  /** What the scenario expects, with its placeholders filled in. */
  expected: Expectation;
  totalMs: number;
};

export async function playScenario(
  scenario: Scenario,
  client: ClientOptions,
  values: Record<string, string>,
): Promise<Outcome> {
  const moonborn = new Moonborn({ ...client, ...scenario.client });
  const known: Record<string, string> = { ...values, $unique: randomUUID() };
  for (const call of scenario.before ?? []) {
    const result = await make(moonborn, filled(call, known));
    for (const [name, path] of Object.entries(call.save ?? {})) known[name] = String(valueAt(result, path));
  }

  const expected = filled(scenario.expect, known);
  const startedMs = performance.now();
  const totalMs = () => performance.now() - startedMs;
  try {
    const result = await make(moonborn, filled(scenario.call, known));
    return { result, expected, totalMs: totalMs() };
  } catch (error) {
    return { error, expected, totalMs: totalMs() };
  }
}

async function make(moonborn: Moonborn, call: Call): Promise<unknown> {
  const options = {
    ...call.options,
    ...(call.cancelAfterMs && { signal: cancelledAfter(call.cancelAfterMs) }),
  };
  const operation = moonborn.chat as unknown as Record<string, (args: unknown, options: unknown) => unknown>;
  const answer = operation[call.operationId]?.(call.args, options);
  return call.collect === undefined ? answer : collected(answer as ChatSessionPagePromise, call.collect);
}

async function collected(list: ChatSessionPagePromise, most: number): Promise<unknown[]> {
  const sessions = [];
  for await (const session of list) {
    sessions.push(session);
    if (sessions.length === most) break;
  }
  return sessions;
}

function cancelledAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('cancelled by the test')), ms);
  return controller.signal;
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((part, name) => (part as Record<string, unknown>)[name], value);
}
