// A call to an endpoint, and its reply.
import type { APIGatewayProxyEventV2WithLambdaAuthorizer, Context } from 'aws-lambda';
import type { Principal, Verdict } from '../access/verdict.ts';
import type { Table } from '../dynamodb/table.ts';
import type { RateLimitDecision } from '../limits/rate-limit.ts';

export type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<unknown>;

export interface Call {
  readonly event: Event;
  readonly principal: Principal;
  readonly requestId: string;
  readonly nowMs: number;
  /** Bound to the request's deadline. It writes nothing for a caller who is over the rate limit. */
  readonly table: Table;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** One word for the log, such as `started` or `replayed`. */
  readonly outcome: string;
}

/** Known from the beginning of an invocation, for the log line and the headers of every answer. */
export interface Invocation {
  readonly verdict: Verdict;
  readonly startedAtMs: number;
  /** Absent when requests are not limited, or the caller is not known. */
  readonly rateLimit?: RateLimitDecision | Promise<RateLimitDecision> | undefined;
}

export type InvocationContext = Context & { invocation: Invocation };
