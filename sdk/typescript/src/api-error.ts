// Turns an answer with an error status into the error of that status, whatever its body holds.
import {
  ApiError,
  ConflictError,
  type ErrorCode,
  type ErrorFacts,
  ForbiddenError,
  NotFoundError,
  RateLimitError,
  ServerError,
  UnauthorizedError,
  ValidationError,
} from './errors.ts';
import type { Answer } from './exchange.ts';
import { retryAfterMs } from './retry-timing.ts';

const classes: Record<number, new (message: string, facts: ErrorFacts) => ApiError> = {
  401: UnauthorizedError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  422: ValidationError,
  429: RateLimitError,
};

// The gateway in front of the API, and proxies on the way, answer in forms of their own.
const codes: Record<number, ErrorCode> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  422: 'validation_failed',
  429: 'rate_limited',
  500: 'internal_error',
  503: 'service_unavailable',
};

export function apiErrorOf(answer: Answer, subject: string): ApiError {
  const { status } = answer;
  const body = fieldsOf(answer.json);
  const { code, message, details } = fieldsOf(body.error);
  const ErrorClass = classes[status] ?? (status >= 500 ? ServerError : ApiError);
  return new ErrorClass(textOf(message) ?? textOf(body.message) ?? describe(answer, subject), {
    code: textOf(code) ?? codes[status] ?? `http_${status}`,
    status,
    requestId: answer.requestId,
    details: isFields(details) ? details : undefined,
    retryAfterMs: retryAfterMs(answer.retryAfter, answer.dateMs ?? Date.now()),
  });
}

function describe({ status, text, contentType }: Answer, subject: string): string {
  if (status < 400) return `${subject} was redirected, which the API never does: check the base URL.`;
  const body = text === '' ? 'no body' : `${text.length} characters of ${contentType ?? 'some type'}`;
  return `${subject} was answered with ${status} and ${body}.`;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
