// Every error that a call can fail with, and what it carries.
import type { RateLimit } from './rate-limit.ts';

/** The API's own codes, the SDK's, and `http_<status>` for an answer that names none. */
export type ErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'validation_failed'
  | 'idempotency_conflict'
  | 'state_conflict'
  | 'rate_limited'
  | 'quota_exceeded'
  | 'internal_error'
  | 'service_unavailable'
  | 'connection_failed'
  | 'timed_out'
  | 'malformed_response'
  | 'usage'
  | (string & {});

export interface ErrorFacts {
  code: ErrorCode;
  status?: number | undefined;
  requestId?: string | undefined;
  details?: Record<string, unknown> | undefined;
  retryAfterMs?: number | undefined;
  rateLimit?: RateLimit | null | undefined;
  cause?: unknown;
}

// The names are literal types, so that `instanceof` tells classes apart that are otherwise alike.

/** The base of all the others: catch this one for whatever Moonborn may fail with. */
export class MoonbornError extends Error {
  declare readonly code: ErrorCode;
  /** The HTTP status, when there was an answer. */
  declare readonly status?: number;
  /** Quote it to support: it finds this one request in our logs. */
  declare readonly requestId?: string;
  /** `error.details` of the answer; for a 422, `{ issues: [{ path, message }] }`, for a gap of turns, `{ nextTurn }`. */
  declare readonly details?: Record<string, unknown>;
  /** How long the server asked to wait. */
  declare readonly retryAfterMs?: number;
  /** Of a start: start again with it, and there is still one session. */
  declare readonly idempotencyKey?: string;

  constructor(message: string, { cause, ...facts }: ErrorFacts) {
    super(message, cause === undefined ? cause : { cause });
    for (const [name, value] of Object.entries(facts)) {
      if (value !== undefined) Object.assign(this, { [name]: value });
    }
  }

  /** The name, the message and all facts, so that a log that is JSON has them: `code`, `status`, `requestId` and so on. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...(this as object) };
  }
}

/** The call cannot be made as it was written: no API key, an empty id, a timeout below zero. Nothing was sent. `cause` is what refused it, if not the SDK. */
export class UsageError extends MoonbornError {
  declare readonly name: 'UsageError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'usage', cause });
  }
}

/** No whole answer arrived: the server was out of reach, or the connection broke. `cause` is what `fetch` said. */
export class APIConnectionError extends MoonbornError {
  declare readonly name: 'APIConnectionError';
}

/** No whole answer arrived in time: `timeoutMs` for the last attempt, or `totalTimeoutMs` for all of them. */
export class APITimeoutError extends MoonbornError {
  declare readonly name: 'APITimeoutError';
}

/** The server reported success, but its body is not what the API promises. */
export class MalformedResponseError extends MoonbornError {
  declare readonly name: 'MalformedResponseError';
}

/** The server answered with an error; the classes below name the ones to be expected. */
export class APIError extends MoonbornError {
  declare readonly status: number;
}

/** 401: the API key or the session JWT is missing, unknown, expired or revoked. */
export class UnauthorizedError extends APIError {
  declare readonly name: 'UnauthorizedError';
}

/** 403: the key lacks the scope that the message names. */
export class ForbiddenError extends APIError {
  declare readonly name: 'ForbiddenError';
}

/** 404: it does not exist, or is not visible to this key. */
export class NotFoundError extends APIError {
  declare readonly name: 'NotFoundError';
}

/**
 * 409: the idempotency key belongs to another start, or to a session that has been deleted. Of a turn: the session has
 * ended, is archived or has been deleted, the turn was recorded with other figures, or it leaves a gap; `details.nextTurn`
 * is then the next one.
 */
export class ConflictError extends APIError {
  declare readonly name: 'ConflictError';
}

/** 422: `details.issues` lists every problem with its path. */
export class ValidationError extends APIError {
  declare readonly name: 'ValidationError';
}

/** 429, after the retries: `retryAfterMs` says how long to wait, when the server said so. */
export class RateLimitError extends APIError {
  /** `null` when the answer did not tell it, as those of the gateway do not. */
  declare readonly rateLimit: RateLimit | null;
  declare readonly name: 'RateLimitError';
}

/** 5xx, after the retries. */
export class ServerError extends APIError {
  declare readonly name: 'ServerError';
}

// Set by hand, because bundlers rename classes; on the prototype, because an own `name` would be printed as a fact.
const classes = {
  MoonbornError,
  UsageError,
  APIConnectionError,
  APITimeoutError,
  MalformedResponseError,
  APIError,
  UnauthorizedError,
  ForbiddenError,
  NotFoundError,
  ConflictError,
  ValidationError,
  RateLimitError,
  ServerError,
};
for (const [name, errorClass] of Object.entries(classes)) {
  for (const named of [errorClass, errorClass.prototype]) {
    Object.defineProperty(named, 'name', { value: name, writable: true, configurable: true });
  }
}
