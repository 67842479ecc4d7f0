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
  /** Its calls end with the request's deadline, and it writes for nobody who is over the limit. */
  readonly table: Table;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** One word for the log, such as `started` or `replayed`. */
  readonly outcome: string;
}

/** What is known of an invocation from its beginning, for the log line and for the headers of every answer. */
export interface Invocation {
  readonly verdict: Verdict;
  readonly startedAtMs: number;
  /** Absent when requests are not limited, or the caller is not known. */
  readonly rateLimit?: RateLimitDecision | Promise<RateLimitDecision> | undefined;
}

export type InvocationContext = Context & { invocation: Invocation };
