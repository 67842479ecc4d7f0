// One log line for each request, which is also a metric: the caller, the outcome and the duration.
import type { MiddlewareObj } from '@middy/core';
import { type LogFields, logDebug, logError, logInfo } from '../observability/log.ts';
import { durationMetric, uncountedMetric } from '../observability/metrics.ts';
import type { Event, InvocationContext } from './call.ts';
import { Refusal } from './refusal.ts';

interface Answered {
  readonly event: Event;
  readonly context: InvocationContext;
}

/** Outcomes of a repeated request, which succeeded before. */
const REPEATED = new Set(['replayed', 'already_ended']);

/** Ordinary successes are logged at DEBUG: Lambda's metrics and the access log cover them. */
export function requestLog(operation: string): MiddlewareObj<Event, unknown, Error, InvocationContext> {
  return {
    after: async (request) => {
      await logUncounted(operation, request);
      const { outcome, status } = Object(request.response);
      const fields = () => ({ ...fieldsOf(operation, request), outcome, status });
      if (REPEATED.has(outcome)) {
        logInfo('answered', fields());
      } else {
        logDebug('answered', fields);
      }
    },
    onError: async (request) => {
      await logUncounted(operation, request);
      const { error } = request;
      if (!(error instanceof Refusal)) {
        return;
      }
      const fields = { ...fieldsOf(operation, request), outcome: error.code, status: error.status };
      if (error.status < 500) {
        logInfo('refused', fields);
      } else {
        logError('failed', fields, error.cause ?? error);
      }
    },
  };
}

async function logUncounted(operation: string, { event, context }: Answered): Promise<void> {
  const failure = (await context.invocation.rateLimit)?.failure;
  if (failure !== undefined) {
    const { requestId } = event.requestContext;
    logError('request not counted', { requestId, operation, ...uncountedMetric() }, failure);
  }
}

function fieldsOf(operation: string, { event, context: { invocation } }: Answered): LogFields {
  const { verdict, startedAtMs } = invocation;
  return {
    requestId: event.requestContext.requestId,
    operation,
    authn: verdict.authn,
    ...(verdict.authn === 'ok' ? { orgId: verdict.principal.orgId } : {}),
    durationMs: Math.round((performance.now() - startedAtMs) * 100) / 100,
    ...durationMetric(),
  };
}
