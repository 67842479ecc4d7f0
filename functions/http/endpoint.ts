// The one factory through which every endpoint is made, so that none can lack the guard, the envelope or the log line.
import middy from '@middy/core';
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';
import type { Principal } from '../auth/verdict.ts';
import { admit } from './admit.ts';
import { envelope } from './envelope.ts';
import { Refusal, refusals } from './refusal.ts';
import { requestLog } from './request-log.ts';

export type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<unknown>;

export interface Call {
  readonly event: Event;
  readonly principal: Principal;
  readonly requestId: string;
  /** Aborts shortly before the function's time is up. */
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** One word for the log, such as `started` or `replayed`. */
  readonly outcome: string;
}

/** Kept back from the function's time for an answer in the envelope, when the database used up all the rest. */
const ANSWER_RESERVE_MS = 1_000;

/** @param scope what the caller must hold; nothing else of a call is looked at before. */
export function endpoint(operation: string, scope: string, serve: (call: Call) => Promise<Reply>) {
  return answering(operation, async (event, signal) =>
    serve({ event, principal: admit(event, scope), requestId: event.requestContext.requestId, signal }),
  );
}

/** Answers everybody alike, whoever calls. */
export function openEndpoint(operation: string, serve: (event: Event) => Promise<Reply>) {
  return answering(operation, serve);
}

function answering(operation: string, serve: (event: Event, signal: AbortSignal) => Promise<Reply>) {
  // What is used last sees the reply or the error first.
  return middy<Event, APIGatewayProxyStructuredResultV2>({
    timeoutEarlyInMillis: ANSWER_RESERVE_MS,
    timeoutEarlyResponse: refuseForLackOfTime,
  })
    .use(envelope())
    .use(requestLog(operation))
    .use(refusals())
    .handler(async (event, _context, { signal }) => serve(event, signal) as never);
}

function refuseForLackOfTime(): never {
  throw new Refusal('service_unavailable', 'The answer took too long. Try again in a moment.', {
    retryAfterSeconds: 1,
  });
}
