// Refusals: a closed list of error codes, each with its HTTP status.
import type { MiddlewareObj } from '@middy/core';
import { Outage } from '../aws/outage.ts';

const STATUS = {
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  idempotency_conflict: 409,
  state_conflict: 409,
  validation_failed: 422,
  rate_limited: 429,
  quota_exceeded: 429,
  internal_error: 500,
  service_unavailable: 503,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof STATUS;

export interface RefusalOptions {
  /** Shown to the caller under `error.details`. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** Thrown to answer with an error; the message is shown to the caller. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly details: RefusalOptions['details'];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, { details, retryAfterSeconds, cause }: RefusalOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return STATUS[this.code];
  }
}

export interface Problem {
  /** The field, as `title` or `a.b`; a header's or a parameter's name. */
  readonly path: string;
  readonly message: string;
}

/** Limits the answer to a body with thousands of unknown fields. */
const LISTED_PROBLEMS_MAX = 100;

export function validationFailed(problems: readonly Problem[]): Refusal {
  const [first, ...others] = problems;
  if (first === undefined) {
    throw new Error('A validation error needs at least one problem');
  }
  const listed =
    problems.length <= LISTED_PROBLEMS_MAX ? 'see' : `the first ${LISTED_PROBLEMS_MAX} are listed in`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more, ${listed} details.issues)`;
  return new Refusal('validation_failed', `${first.path} ${first.message}${more}.`, {
    details: { issues: problems.slice(0, LISTED_PROBLEMS_MAX) },
  });
}

/** The same answer for everything that the caller may not see, so that it does not reveal what exists. */
export function notFound(what: 'Persona' | 'Session'): Refusal {
  return new Refusal(
    'not_found',
    `${what} not found. Check the id, and that it belongs to the workspace of your credentials.`,
  );
}

/** Middleware that turns any error into a refusal, for the middleware that follows. */
export function refusals(): MiddlewareObj {
  return {
    onError: (request) => {
      request.error = refusalOf(request.error);
    },
  };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) {
    return error;
  }
  if (error instanceof Outage) {
    return new Refusal('service_unavailable', 'The service cannot answer right now. Try again in a moment.', {
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  return new Refusal(
    'internal_error',
    'Something went wrong on our side. Try again; if it persists, report the x-request-id of this answer.',
    { cause: error },
  );
}
