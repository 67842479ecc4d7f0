// The factory of all endpoints, so that each has authorization, the rate limit, the envelope and the log line.
import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { fromContext, hasScope, type Principal, type Verdict } from '../access/verdict.ts';
import type { BindTable, Table } from '../dynamodb/table.ts';
import { type RateLimitDecision, type RateLimiter, rateLimited } from '../limits/rate-limit.ts';
import { countColdStart } from '../observability/metrics.ts';
import { type Operation, scopes } from '../routes.ts';
import type { Call, Event, InvocationContext, Reply } from './call.ts';
import { envelope } from './envelope.ts';
import { Refusal, refusals } from './refusal.ts';
import { requestLog } from './request-log.ts';

/** The dependencies of every endpoint. */
export interface Platform {
  readonly bindTable: BindTable;
  /** `undefined` when requests are not limited. */
  readonly limiter?: RateLimiter | undefined;
  readonly now: () => number;
}

const HOW_TO_AUTHENTICATE = 'Send an API key or a session JWT as "Authorization: Bearer <token>"';

/** Reserved at the end of the function's time-out for an error in the envelope. */
const ANSWER_RESERVE_MS = 1_000;

/** An endpoint for callers who hold the scope of the operation's route, which is checked first. */
export function endpoint(
  operation: Operation,
  { bindTable, limiter, now }: Platform,
  serve: (call: Call) => Promise<Reply>,
) {
  const scope = scopes[operation];
  return answering(operation, limiter, async (event, { invocation }, signal) => {
    const nowMs = now();
    const over = (decision: RateLimitDecision) => rateLimited(decision, now());
    const answer = async (table: Table) => {
      const principal = authorizeCall(invocation.verdict, scope);
      return serve({ event, principal, requestId: event.requestContext.requestId, nowMs, table });
    };
    const decision = invocation.rateLimit;
    if (decision === undefined) {
      return answer(bindTable(signal));
    }
    if ('allowed' in decision && !decision.allowed) {
      throw over(decision);
    }
    const requireAllowed = async () => {
      const decided = await decision;
      if (!decided.allowed) {
        throw over(decided);
      }
    };
    const reply = answer(withWritesAfter(requireAllowed, bindTable(signal)));
    reply.catch(() => {});
    // A call over the limit is answered with 429, even when it is wrong in another way.
    await requireAllowed();
    return reply;
  });
}

/** An endpoint without authorization. */
export function openEndpoint(operation: string, serve: (event: Event) => Promise<Reply>) {
  return answering(operation, undefined, serve);
}

/** Reads run while the request is being counted; writes wait for the count. */
function withWritesAfter(requireAllowed: () => Promise<void>, table: Table): Table {
  return {
    ...table,
    put: async (...write) => {
      await requireAllowed();
      return table.put(...write);
    },
    update: async (...write) => {
      await requireAllowed();
      return table.update(...write);
    },
  };
}

function answering(
  operation: string,
  limiter: RateLimiter | undefined,
  serve: (event: Event, context: InvocationContext, signal: AbortSignal) => Promise<Reply>,
) {
  return (
    middy<Event, APIGatewayProxyStructuredResultV2 | Reply, Error, InvocationContext>({
      timeoutEarlyInMillis: ANSWER_RESERVE_MS,
      timeoutEarlyResponse: refuseForLackOfTime,
    })
      .before(({ event, context }) => {
        countColdStart(operation);
        const verdict = fromContext(event.requestContext.authorizer?.lambda);
        const startedAtMs = performance.now();
        const rateLimit = verdict.authn === 'ok' ? limiter?.(verdict.principal) : undefined;
        context.invocation = { verdict, startedAtMs, rateLimit };
      })
      // The middleware used last gets the reply or the error first.
      .use(envelope())
      .use(requestLog(operation))
      .use(refusals())
      .handler((event, context, { signal }) => serve(event, context, signal))
  );
}

function refuseForLackOfTime(): never {
  throw new Refusal('service_unavailable', 'The answer took too long. Try again in a moment.', {
    retryAfterSeconds: 1,
  });
}

/** @throws Refusal `unauthorized`, `forbidden`, or `service_unavailable` when the credentials can't be checked now. */
export function authorizeCall(verdict: Verdict, scope: string): Principal {
  if (verdict.authn !== 'ok') {
    throw refusalOf(verdict.authn);
  }
  if (!hasScope(verdict.principal, scope)) {
    throw new Refusal(
      'forbidden',
      `These credentials lack the scope ${scope}. Use credentials that hold it, or have it added to them.`,
      { details: { requiredScope: scope } },
    );
  }
  return verdict.principal;
}

function refusalOf(authn: Exclude<Verdict['authn'], 'ok'>): Refusal {
  switch (authn) {
    case 'missing':
      return new Refusal('unauthorized', `No credentials were given. ${HOW_TO_AUTHENTICATE}.`);
    case 'invalid':
      return new Refusal('unauthorized', `The credentials are not valid. ${HOW_TO_AUTHENTICATE}.`);
    case 'expired':
      return new Refusal('unauthorized', 'The credentials have expired. Get new ones and try again.');
    case 'unavailable':
      return new Refusal(
        'service_unavailable',
        'The credentials cannot be checked right now. They may be good: keep them and try again in a moment.',
        { retryAfterSeconds: 2 },
      );
  }
}
