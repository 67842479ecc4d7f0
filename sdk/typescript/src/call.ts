// One call of the API: attempts and the waits between them, until an answer, the deadline or the caller ends it.
import { untilAlarm } from './alarm.ts';
import type { Answer } from './answer.ts';
import { apiErrorOf } from './api-error.ts';
import type { APIResponse, WithRequestId } from './api-promise.ts';
import type { CancelSignal } from './cancel-signal.ts';
import { MalformedResponseError, MoonbornError } from './errors.ts';
import { send, withinLimit } from './exchange.ts';
import { keyAt, refusesKey } from './idempotency-key.ts';
import { type CallOptions, checkedSignal, limitsOf, type Settings } from './options.ts';
import { ownHeaders } from './own-headers.ts';
import { isRetried, waitBeforeRetryMs } from './retry-timing.ts';
import { orUsageError } from './usage.ts';

export interface Operation<Result> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  /** Every attempt carries it. */
  idempotencyKey?: string;
  /** Not a caller's own key, which is never replaced. */
  mayReplaceKey?: boolean;
  /** Whether the body of a success is what was promised. Absent: there is none to look at. */
  accepts?(json: unknown): json is Result;
  /** A 404 is a success once an earlier attempt may have been carried out. */
  doneWhenGone?: true;
}

export async function call<Result>(
  settings: Settings,
  operationOf: () => Operation<Result>,
  options: CallOptions | null | undefined,
): Promise<APIResponse<WithRequestId<Result>>> {
  const { operation, url, body, headers, signal, timeoutMs, totalTimeoutMs, maxRetries } = orUsageError(
    () => {
      const operation = operationOf();
      return {
        operation,
        url: settings.baseUrl + operation.path + searchOf(operation.query),
        body: JSON.stringify(operation.body),
        headers: settings.headersOf(options?.headers),
        signal: checkedSignal(options),
        ...limitsOf(settings, options),
      };
    },
  );
  const { method, accepts } = operation;
  const subject = `${method} ${url}`;
  const deadlineMs = performance.now() + totalTimeoutMs;
  const remainingMs = () => deadlineMs - performance.now();
  let { idempotencyKey, mayReplaceKey } = operation;
  let mayBeDone = false;
  let mayAskAgain = true;
  let nextApiKey: string | undefined;

  for (let attempt = 1, retry = 0; ; attempt++) {
    if (signal?.aborted) throw signal.reason;
    const limited = <Value>(work: (abort: AbortSignal) => Promise<Value>) =>
      withinLimit(settings, subject, Math.min(timeoutMs, remainingMs()), signal, work);
    const startedMs = performance.now();
    let apiKey = nextApiKey;
    let answer: Answer | undefined;
    let failure: MoonbornError | undefined;
    let delayMs: number | undefined;
    nextApiKey = undefined;
    try {
      answer = await limited(async (abort) => {
        apiKey ??= await settings.apiKey();
        // Too late: nobody waits for this attempt any more.
        if (abort.aborted) throw abort.reason;
        const sentHeaders = {
          ...ownHeaders(attempt),
          ...headers,
          accept: 'application/json',
          authorization: `Bearer ${apiKey}`,
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
          ...(body && { 'content-type': 'application/json' }),
        };
        return send(settings, url, { method, headers: sentHeaders, ...(body && { body }) }, abort);
      });
      const isDone = answer.ok || (answer.status === 404 && operation.doneWhenGone && mayBeDone);
      if (!isDone || accepts?.(answer.json) === false) failure = errorOf(answer, subject);
    } catch (error) {
      failure = ownError(error, signal);
    }
    const durationMs = performance.now() - startedMs;

    if (failure && idempotencyKey) Object.assign(failure, { idempotencyKey });
    if (failure && mayReplaceKey && !mayBeDone && refusesKey(failure) && answer?.dateMs) {
      // This machine's clock is off. Had an earlier attempt been carried out, a new key would start a second session.
      idempotencyKey = keyAt(answer.dateMs);
      mayReplaceKey = false;
      delayMs = 0;
    } else if (failure?.status === 401 && mayAskAgain) {
      mayAskAgain = false;
      try {
        nextApiKey = await limited(async () => settings.apiKey());
        if (nextApiKey !== apiKey) delayMs = 0;
      } catch (error) {
        failure = ownError(error, signal);
      }
    } else if (failure && retry < maxRetries && isRetried(failure)) {
      const waitMs = waitBeforeRetryMs(retry++, failure.retryAfterMs ?? 0, Math.random());
      if (waitMs < remainingMs()) delayMs = waitMs;
      mayBeDone ||= failure.status !== 429;
    }

    settings.watch?.({ operation, attempt, durationMs, answer, failure, delayMs });
    if (answer && !failure) return responseOf(answer, accepts && (answer.json as Result), attempt);
    if (delayMs === undefined) throw failure;
    if (delayMs > 0) await untilAlarm(delayMs, signal, () => {});
  }
}

function searchOf(query: Operation<unknown>['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value != null);
  const search = String(new URLSearchParams(given as [string, string][]));
  return search && `?${search}`;
}

function responseOf<Result>(answer: Answer, result: unknown, attempts: number): APIResponse<Result> {
  const { status, headers, requestId, rateLimit } = answer;
  const data = result as Result;
  if (requestId && data instanceof Object && !('requestId' in data)) {
    Object.defineProperty(data, 'requestId', { value: requestId });
  }
  return { data, status, headers, requestId, attempts, rateLimit };
}

// Not ours: the caller's reason to cancel, and the error by which Next.js leaves a static page.
function ownError(error: unknown, signal: CancelSignal | undefined): MoonbornError {
  if (signal?.aborted) throw signal.reason;
  if (error instanceof MoonbornError) return error;
  throw error;
}

function errorOf(answer: Answer, subject: string): MoonbornError {
  if (!answer.ok) return apiErrorOf(answer, subject);
  const { status, requestId } = answer;
  const message = `${subject} was answered with ${status}, but not as the API promises.`;
  return new MalformedResponseError(message, { code: 'malformed_response', status, requestId });
}
