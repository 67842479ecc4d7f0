// One log line a request: who, what, how it ended and how long it took.
import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { fromContext } from '../auth/verdict.ts';
import type { Event, Reply } from './endpoint.ts';
import { type LogFields, logError, logInfo } from './log.ts';
import { Refusal } from './refusal.ts';

interface Started extends Record<string, unknown> {
  startedAtMs: number;
}

export function requestLog(operation: string): MiddlewareObj<Event, unknown, Error, Context, Started> {
  return {
    before: (request) => {
      request.internal.startedAtMs = performance.now();
    },
    after: ({ event, response, internal }) => {
      const { outcome, status } = response as Reply;
      logInfo('answered', { ...fieldsOf(operation, event, internal), outcome, status });
    },
    onError: ({ event, error, internal }) => {
      if (!(error instanceof Refusal)) {
        return;
      }
      const fields = { ...fieldsOf(operation, event, internal), outcome: error.code, status: error.status };
      if (error.status < 500) {
        logInfo('refused', fields);
      } else {
        logError('failed', fields, error.cause ?? error);
      }
    },
  };
}

function fieldsOf(operation: string, event: Event, { startedAtMs }: Started): LogFields {
  const verdict = fromContext(event.requestContext.authorizer?.lambda);
  return {
    requestId: event.requestContext.requestId,
    operation,
    authn: verdict.authn,
    ...(verdict.authn === 'ok' ? { orgId: verdict.principal.orgId } : {}),
    durationMs: Math.round((performance.now() - startedAtMs) * 100) / 100,
  };
}
