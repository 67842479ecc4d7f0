// Invokes a function for a request, with the time-out of the gateway.
import type { LocalFunction } from '../lambda/local-function.ts';
import type { FunctionFailure } from '../lambda/protocol.ts';
import type { Call } from './exchange.ts';

export interface FinishedCall extends Call {
  /** `undefined` when the function failed or timed out. */
  result: string | undefined;
  timedOut: boolean;
}

/** Lambda's limit for an event, in bytes of JSON. */
const LARGEST_EVENT_BYTES = 6_291_456;

export async function callFunction(
  lambda: LocalFunction,
  event: string,
  limitMs: number,
): Promise<FinishedCall> {
  const startedAtMs = performance.now();
  let limit: NodeJS.Timeout | undefined;
  const overrun = new Promise<'overrun'>((done) => {
    limit = setTimeout(done, limitMs, 'overrun');
  });
  const ended = await Promise.race([lambda.invoke(event), overrun]);
  clearTimeout(limit);
  const latencyMs = performance.now() - startedAtMs;
  if (ended === 'overrun') {
    const error = `No answer within ${limitMs} ms`;
    return { requestId: '-', latencyMs, status: 504, error, result: undefined, timedOut: true };
  }
  const { requestId, outcome } = ended;
  const call = { requestId, latencyMs, status: 200, timedOut: false };
  return 'result' in outcome
    ? { ...call, error: undefined, result: outcome.result }
    : { ...call, error: describe(outcome.failure), result: undefined };
}

export function exceedsLambdaLimit(event: string): boolean {
  return event.length * 3 > LARGEST_EVENT_BYTES && Buffer.byteLength(event) > LARGEST_EVENT_BYTES;
}

function describe({ errorType, errorMessage }: FunctionFailure): string {
  return `${errorType}: ${errorMessage}`;
}
