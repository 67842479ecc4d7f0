// One log line a request, which is a metric too: who, what, how it ended and how long it took.
import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { fromContext } from '../access/verdict.ts';
import { type LogFields, logDebug, logError, logInfo } from '../observability/log.ts';
import { countColdStart, durationMetric } from '../observability/metrics.ts';
import type { Event, Reply } from './endpoint.ts';
import { Refusal } from './refusal.ts';

interface Started extends Record<string, unknown> {
  startedAtMs: number;
}

/** Went well, and tells of a caller who asked twice. */
const REPEATED = new Set(['replayed', 'already_ended']);

/** What went well the first time is counted and timed by Lambda, and in the access log, so its line is for debugging. */
export function requestLog(operation: string): MiddlewareObj<Event, unknown, Error, Context, Started> {
  return {
    before: (request) => {
      countColdStart(operation);
      request.internal.startedAtMs = performance.now();
    },
    after: ({ event, response, internal }) => {
      const { outcome, status } = response as Reply;
      const fields = () => ({ ...fieldsOf(operation, event, internal), outcome, status });
      if (REPEATED.has(outcome)) {
        logInfo('answered', fields());
      } else {
        logDebug('answered', fields);
      }
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
    ...durationMetric(),
  };
}
