// Turns a reply or a refusal into the gateway's response.
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Event, Reply } from './endpoint.ts';
import { Refusal } from './refusal.ts';

type Response = APIGatewayProxyStructuredResultV2;

export function envelope(): MiddlewareObj<Event, Response | Reply> {
  return {
    after: (request) => {
      request.response = replyResponse(request.event.requestContext.requestId, request.response as Reply);
    },
    onError: (request) => {
      if (request.error instanceof Refusal) {
        request.response = refusalResponse(request.event.requestContext.requestId, request.error);
      }
    },
  };
}

function replyResponse(requestId: string, { status, body, headers }: Reply): Response {
  return {
    statusCode: status,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function refusalResponse(requestId: string, refusal: Refusal): Response {
  const { status, code, message, details, retryAfterSeconds } = refusal;
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({ error: { code, message, details } }),
  };
}
