// Every error that a call can fail with, and what it carries.

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

  constructor(message: string, { cause, ...facts }: ErrorFacts) {
    super(message, cause === undefined ? undefined : { cause });
    for (const [name, value] of Object.entries(facts)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true });
    }
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
export class ConnectionError extends MoonbornError {
  declare readonly name: 'ConnectionError';
}

/** No whole answer arrived in time: `timeoutMs` for the last attempt, or `totalTimeoutMs` for all of them. */
export class TimeoutError extends MoonbornError {
  declare readonly name: 'TimeoutError';
}

/** The server reported success, but its body is not what the API promises. */
export class MalformedResponseError extends MoonbornError {
  declare readonly name: 'MalformedResponseError';
}

/** The server answered with an error; the classes below name the ones to be expected. */
export class ApiError extends MoonbornError {
  declare readonly status: number;
}

/** 401: the API key or the session JWT is missing, unknown, expired or revoked. */
export class UnauthorizedError extends ApiError {
  declare readonly name: 'UnauthorizedError';
}

/** 403: the key lacks the scope that the message names. */
export class ForbiddenError extends ApiError {
  declare readonly name: 'ForbiddenError';
}

/** 404: it does not exist, or is not visible to this key. */
export class NotFoundError extends ApiError {
  declare readonly name: 'NotFoundError';
}

/**
 * 409: the idempotency key belongs to another start, or to a session that has been deleted. Of a turn: the session has
 * ended, is archived or has been deleted, the turn was recorded with other figures, or it leaves a gap; `details.nextTurn`
 * is then the next one.
 */
export class ConflictError extends ApiError {
  declare readonly name: 'ConflictError';
}

/** 422: `details.issues` lists every problem with its path. */
export class ValidationError extends ApiError {
  declare readonly name: 'ValidationError';
}

/** 429, after the retries: `retryAfterMs` says how long to wait, when the server said so. */
export class RateLimitError extends ApiError {
  declare readonly name: 'RateLimitError';
}

/** 5xx, after the retries. */
export class ServerError extends ApiError {
  declare readonly name: 'ServerError';
}

// Set by hand, because bundlers rename classes; on the prototype, because an own `name` would be printed as a fact.
const classes = {
  MoonbornError,
  UsageError,
  ConnectionError,
  TimeoutError,
  MalformedResponseError,
  ApiError,
  UnauthorizedError,
  ForbiddenError,
  NotFoundError,
  ConflictError,
  ValidationError,
  RateLimitError,
  ServerError,
};
for (const [name, errorClass] of Object.entries(classes)) {
  Object.defineProperty(errorClass, 'name', { value: name });
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
}
