// One call of the API: attempts and the waits between them, until an answer, the deadline or the caller ends it.
import { pause } from './alarm.ts';
import { apiErrorOf } from './api-error.ts';
import {
  ApiError,
  ConnectionError,
  MalformedResponseError,
  type MoonbornError,
  TimeoutError,
} from './errors.ts';
import { type Answer, exchange, type Request } from './exchange.ts';
import { refusesKey } from './idempotency-key.ts';
import { type CallOptions, checkedSignal, limitsOf, type Settings } from './options.ts';
import { isRetriedStatus, waitBeforeRetryMs } from './retry-timing.ts';
import { orUsageError } from './usage.ts';
import { userAgent } from './user-agent.ts';

export interface Operation<Result> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  /** A caller's own key, which every attempt carries. */
  idempotencyKey?: string;
  /** Makes a key by the clock of this machine, or by the server's. */
  keyAt?(nowMs: number): string;
  /** Whether the body of a success is what was promised. */
  accepts(json: unknown): json is Result;
  /** A 404 is a success once an earlier attempt may have been carried out. */
  doneWhenGone?: true;
}

export async function call<Result>(
  settings: Settings,
  operationOf: () => Operation<Result>,
  options: CallOptions | null | undefined,
): Promise<Result> {
  const { operation, firstRequest, signal, timeoutMs, totalTimeoutMs, maxRetries } = orUsageError(() => {
    const operation = operationOf();
    const key = operation.idempotencyKey ?? operation.keyAt?.(Date.now());
    const firstRequest = requestOf(settings, operation, key);
    return { operation, firstRequest, signal: checkedSignal(options), ...limitsOf(settings, options) };
  });
  const deadlineMs = performance.now() + totalTimeoutMs;
  let request = firstRequest;
  let { keyAt } = operation;
  let mayBeDone = false;

  for (let retry = 0; ; ) {
    if (signal?.aborted) throw signal.reason;
    let failure: MoonbornError;
    try {
      const remainingMs = deadlineMs - performance.now();
      const answer = await exchange(settings, request, Math.min(timeoutMs, remainingMs), signal);
      if (answer.ok && operation.accepts(answer.json)) return answer.json;
      if (answer.status === 404 && operation.doneWhenGone && mayBeDone) return answer.json as Result;
      failure = errorOf(answer, request);
      // This machine's clock is off. Had an earlier attempt been carried out, a new key would start a second session.
      if (keyAt && !mayBeDone && refusesKey(failure) && answer.dateMs) {
        request = requestOf(settings, operation, keyAt(answer.dateMs));
        keyAt = undefined;
        continue;
      }
    } catch (error) {
      if (!(error instanceof ConnectionError || error instanceof TimeoutError)) throw error;
      failure = error;
    }

    if (retry >= maxRetries || !isRetried(failure)) throw failure;
    const waitMs = waitBeforeRetryMs(retry++, failure.retryAfterMs ?? 0, Math.random());
    if (waitMs >= deadlineMs - performance.now()) throw failure;
    mayBeDone ||= failure.status !== 429;
    await pause(waitMs, signal);
  }
}

function requestOf(
  settings: Settings,
  { method, path, query = {}, body }: Operation<unknown>,
  idempotencyKey: string | undefined,
): Request {
  const given = Object.entries(query).filter(([, value]) => value != null);
  const search = String(new URLSearchParams(given.map(([name, value]) => [name, String(value)])));
  return {
    method,
    url: settings.baseUrl + path + (search && `?${search}`),
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${settings.apiKey}`,
      ...userAgent(),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

function errorOf(answer: Answer, request: Request): MoonbornError {
  const subject = `${request.method} ${request.url}`;
  if (!answer.ok) return apiErrorOf(answer, subject);
  const { status, requestId } = answer;
  const message = `${subject} was answered with ${status}, but not with the body that the API promises.`;
  return new MalformedResponseError(message, { code: 'malformed_response', status, requestId });
}

function isRetried(failure: MoonbornError): boolean {
  return !(failure instanceof ApiError) || isRetriedStatus(failure.status);
}
