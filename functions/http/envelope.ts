// Middleware that turns a reply or a refusal into a response for API Gateway.
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { rateLimitHeaders } from '../limits/rate-limit.ts';
import type { Event, InvocationContext, Reply } from './call.ts';
import { Refusal } from './refusal.ts';

type Response = APIGatewayProxyStructuredResultV2;
type Headers = Readonly<Record<string, string>>;

interface Answered {
  readonly event: Event;
  readonly context: InvocationContext;
}

export function envelope(): MiddlewareObj<Event, Response | Reply, Error, InvocationContext> {
  return {
    after: async (request) => {
      if (request.response !== undefined && request.response !== null && 'outcome' in request.response) {
        request.response = replyResponse(await commonHeaders(request), request.response);
      }
    },
    onError: async (request) => {
      if (request.error instanceof Refusal) {
        request.response = refusalResponse(await commonHeaders(request), request.error);
      }
    },
  };
}

/** The headers of every response. Waits for the count of the request. */
async function commonHeaders({ event, context }: Answered): Promise<Headers> {
  return {
    'cache-control': 'no-store',
    'x-request-id': event.requestContext.requestId,
    ...rateLimitHeaders((await context.invocation.rateLimit)?.status),
  };
}

function replyResponse(common: Headers, { status, body, headers }: Reply): Response {
  return {
    statusCode: status,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...common,
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function refusalResponse(common: Headers, refusal: Refusal): Response {
  const { status, code, message, details, retryAfterSeconds } = refusal;
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/json',
      ...common,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({ error: { code, message, details } }),
  };
}
