// The limit of an org's requests, as its callers meet it: three headers on every answer, and a 429.
import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { fromContext } from '../access/verdict.ts';
import type { Event } from '../http/endpoint.ts';
import type { Answered } from '../http/envelope.ts';
import { Refusal } from '../http/refusal.ts';
import { logError } from '../observability/log.ts';
import { uncountedMetric } from '../observability/metrics.ts';
import type { Admission, LimitRequests, Standing } from './rate-limit.ts';

/** Absent when requests are not limited, or nobody knows whose this one is. */
export type AdmittedContext = Context & { admission?: Admission };

interface Answering {
  readonly context: AdmittedContext;
  readonly event: Event;
  readonly internal: Answered;
}

/** Counts a request from the moment it comes in, and waits for the count with the answer. */
export function rateLimit(
  operation: string,
  limit: LimitRequests,
): MiddlewareObj<Event, unknown, Error, AdmittedContext, Answered> {
  const head = async ({ context, event, internal }: Answering) => {
    if (context.admission === undefined) {
      return;
    }
    const { standing, failure } = await context.admission.counted;
    if (failure !== undefined) {
      const { requestId } = event.requestContext;
      logError('request not counted', { requestId, operation, ...uncountedMetric() }, failure);
    }
    internal.headersOfAll = headersOf(standing);
  };
  return {
    before: ({ context, event }) => {
      const verdict = fromContext(event.requestContext.authorizer?.lambda);
      if (verdict.authn === 'ok') {
        context.admission = limit(verdict.principal);
      }
    },
    after: head,
    onError: head,
  };
}

/** @throws Refusal `rate_limited`, as soon as that is known. */
export async function requireWithinLimit(admission: Admission | undefined): Promise<void> {
  if (admission !== undefined && (await admission.verdict) === 'over') {
    throw rateLimited((await admission.counted).standing);
  }
}

export function rateLimited(standing: Standing | undefined): Refusal {
  const retryAfter = Math.max(1, Math.ceil(((standing?.resetsAtMs ?? 0) - Date.now()) / 1000));
  return new Refusal(
    'rate_limited',
    `Too many requests: ${standing?.limit} a minute are allowed. Try again in ${retryAfter} s.`,
    { details: { retryAfter }, retryAfterSeconds: retryAfter },
  );
}

function headersOf(standing: Standing | undefined): Record<string, string> {
  return standing === undefined
    ? {}
    : {
        'x-ratelimit-limit': String(standing.limit),
        'x-ratelimit-remaining': String(standing.remaining),
        'x-ratelimit-reset': String(standing.resetsAtMs / 1000),
      };
}
