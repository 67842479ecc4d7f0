// Turns an answer with an error status into the error of that status, whatever its body holds.

import type { Answer } from './answer.ts';
import {
  APIError,
  ConflictError,
  type ErrorCode,
  ForbiddenError,
  NotFoundError,
  RateLimitError,
  ServerError,
  UnauthorizedError,
  ValidationError,
} from './errors.ts';
import { retryAfterMs } from './retry-timing.ts';

// The gateway in front of the API, and proxies on the way, answer in forms of their own: without a code.
const known: Record<number, [typeof APIError, ErrorCode?]> = {
  401: [UnauthorizedError, 'unauthorized'],
  403: [ForbiddenError, 'forbidden'],
  404: [NotFoundError, 'not_found'],
  409: [ConflictError],
  422: [ValidationError, 'validation_failed'],
  429: [RateLimitError, 'rate_limited'],
  500: [ServerError, 'internal_error'],
  503: [ServerError, 'service_unavailable'],
};

export function apiErrorOf(answer: Answer, subject: string): APIError {
  const { status } = answer;
  // Any value as an object, so that its fields can be read.
  const body = Object(answer.json);
  const { code, message, details } = Object(body.error);
  const [ErrorClass, usualCode = `http_${status}`] = known[status] ?? [
    status >= 500 ? ServerError : APIError,
  ];
  return new ErrorClass(textOf(message) ?? textOf(body.message) ?? describe(answer, subject), {
    code: textOf(code) ?? usualCode,
    status,
    requestId: answer.requestId,
    details: details instanceof Object && !Array.isArray(details) ? details : undefined,
    retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), answer.dateMs ?? Date.now()),
    rateLimit: status === 429 ? answer.rateLimit : undefined,
  });
}

function describe({ status, text, headers }: Answer, subject: string): string {
  if (status < 400) return `${subject} was redirected: check the base URL.`;
  const type = headers.get('content-type') ?? 'some type';
  return `${subject} was answered with ${status} and ${text.length} characters of ${type}.`;
}

function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value) || undefined;
}
