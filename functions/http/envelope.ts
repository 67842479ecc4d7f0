// Turns a reply or a refusal into the gateway's response.
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Event, Reply } from './endpoint.ts';
import { Refusal } from './refusal.ts';

type Response = APIGatewayProxyStructuredResultV2;

/** What is known of a call beside its answer. */
export interface Answered extends Record<string, unknown> {
  headersOfAll?: Readonly<Record<string, string>>;
}

export function envelope(): MiddlewareObj<Event, Response | Reply, Error, Context, Answered> {
  return {
    after: (request) => {
      request.response = replyResponse(headersOfAll(request), request.response as Reply);
    },
    onError: (request) => {
      if (request.error instanceof Refusal) {
        request.response = refusalResponse(headersOfAll(request), request.error);
      }
    },
  };
}

type Headers = Readonly<Record<string, string>>;

function headersOfAll({ event, internal }: { event: Event; internal: Answered }): Headers {
  return {
    'cache-control': 'no-store',
    'x-request-id': event.requestContext.requestId,
    ...internal.headersOfAll,
  };
}

function replyResponse(headersOfAll: Headers, { status, body, headers }: Reply): Response {
  return {
    statusCode: status,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headersOfAll,
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function refusalResponse(headersOfAll: Headers, refusal: Refusal): Response {
  const { status, code, message, details, retryAfterSeconds } = refusal;
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/json',
      ...headersOfAll,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({ error: { code, message, details } }),
  };
}
