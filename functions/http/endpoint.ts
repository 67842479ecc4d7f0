// The one factory through which every endpoint is made, so that none can lack the guard, the envelope or the log line.
import middy from '@middy/core';
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';
import type { Principal } from '../access/verdict.ts';
import type { Admission, LimitRequests } from '../limits/rate-limit.ts';
import { type AdmittedContext, rateLimit, requireWithinLimit } from '../limits/rate-limit-headers.ts';
import { admit } from './authorize-call.ts';
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
  /** Waited for before anything is written. @throws Refusal `rate_limited`. */
  readonly withinLimit: () => Promise<void>;
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

/**
 * @param scope what the caller must hold; nothing else of a call is looked at before.
 * @param limit counts the requests of everyone who is known, beside what is read for them.
 */
export function endpoint(
  operation: string,
  scope: string,
  serve: (call: Call) => Promise<Reply>,
  limit?: LimitRequests,
) {
  const answerTo = async (event: Event, signal: AbortSignal, { admission }: AdmittedContext) => {
    const withinLimit = () => requireWithinLimit(admission);
    const answer = async () =>
      serve({
        event,
        principal: admit(event, scope),
        requestId: event.requestContext.requestId,
        signal,
        withinLimit,
      });
    return admission === undefined ? answer() : unlessOver(admission, withinLimit, answer);
  };
  return answering(operation, answerTo, limit);
}

/** Answers everybody alike, whoever calls. */
export function openEndpoint(operation: string, serve: (event: Event) => Promise<Reply>) {
  return answering(operation, serve);
}

/** Whatever else is wrong with a call, one too many is answered as that. */
async function unlessOver(
  { verdict }: Admission,
  withinLimit: () => Promise<void>,
  answer: () => Promise<Reply>,
): Promise<Reply> {
  if (verdict === 'over') {
    await withinLimit();
  }
  const answering = answer();
  answering.catch(() => {});
  await withinLimit();
  return answering;
}

function answering(
  operation: string,
  serve: (event: Event, signal: AbortSignal, context: AdmittedContext) => Promise<Reply>,
  limit?: LimitRequests,
) {
  // What is used last sees the reply or the error first.
  const answers = middy<Event, APIGatewayProxyStructuredResultV2>({
    timeoutEarlyInMillis: ANSWER_RESERVE_MS,
    timeoutEarlyResponse: refuseForLackOfTime,
  })
    .use(envelope())
    .use(requestLog(operation))
    .use(refusals());
  if (limit !== undefined) {
    answers.use(rateLimit(operation, limit));
  }
  return answers.handler(async (event, context, { signal }) => serve(event, signal, context) as never);
}

function refuseForLackOfTime(): never {
  throw new Refusal('service_unavailable', 'The answer took too long. Try again in a moment.', {
    retryAfterSeconds: 1,
  });
}
