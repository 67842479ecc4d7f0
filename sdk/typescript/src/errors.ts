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

/** The base of all the others: catch this one for whatever Moonborn may fail with. */
export class MoonbornError extends Error {
  declare readonly code: ErrorCode;
  /** The HTTP status, when there was an answer. */
  declare readonly status?: number;
  /** Quote it to support: it finds this one request in our logs. */
  declare readonly requestId?: string;
  /** `error.details` of the answer; for a 422, `{ issues: [{ path, message }] }`. */
  declare readonly details?: Record<string, unknown>;
  /** How long the server asked to wait. */
  declare readonly retryAfterMs?: number;

  static {
    named(this, 'MoonbornError');
  }

  constructor(message: string, { cause, ...facts }: ErrorFacts) {
    super(message, cause === undefined ? undefined : { cause });
    for (const [name, value] of Object.entries(facts)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true });
    }
  }
}

/** The call cannot be made as it was written: no API key, an empty id, a timeout below zero. Nothing was sent. */
export class UsageError extends MoonbornError {
  static {
    named(this, 'UsageError');
  }

  constructor(message: string) {
    super(message, { code: 'usage' });
  }
}

/** No whole answer arrived: the server was out of reach, or the connection broke. `cause` is what `fetch` said. */
export class ConnectionError extends MoonbornError {
  static {
    named(this, 'ConnectionError');
  }
}

/** No whole answer arrived in time: `timeoutMs` for the last attempt, or `totalTimeoutMs` for all of them. */
export class TimeoutError extends MoonbornError {
  static {
    named(this, 'TimeoutError');
  }
}

/** The server reported success, but its body is not what the API promises. */
export class MalformedResponseError extends MoonbornError {
  static {
    named(this, 'MalformedResponseError');
  }
}

/** The server answered with an error; the classes below name the ones to be expected. */
export class ApiError extends MoonbornError {
  declare readonly status: number;

  static {
    named(this, 'ApiError');
  }
}

/** 401: the API key or the session JWT is missing, unknown, expired or revoked. */
export class UnauthorizedError extends ApiError {
  static {
    named(this, 'UnauthorizedError');
  }
}

/** 403: the key lacks the scope that the message names. */
export class ForbiddenError extends ApiError {
  static {
    named(this, 'ForbiddenError');
  }
}

/** 404: it does not exist, or is not visible to this key. */
export class NotFoundError extends ApiError {
  static {
    named(this, 'NotFoundError');
  }
}

/** 409: the idempotency key belongs to another start, or to a session that has been deleted. */
export class ConflictError extends ApiError {
  static {
    named(this, 'ConflictError');
  }
}

/** 422: `details.issues` lists every problem with its path. */
export class ValidationError extends ApiError {
  static {
    named(this, 'ValidationError');
  }
}

/** 429, after the retries: `retryAfterMs` says how long to wait, when the server said so. */
export class RateLimitError extends ApiError {
  static {
    named(this, 'RateLimitError');
  }
}

/** 5xx, after the retries. */
export class ServerError extends ApiError {
  static {
    named(this, 'ServerError');
  }
}

// Set by hand and on the prototype: minifiers rename classes, and an own `name` would be printed twice.
function named(errorClass: { prototype: Error }, name: string): void {
  errorClass.prototype.name = name;
}
