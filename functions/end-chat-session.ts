// Ends a chat session; its history is kept.

import { ENDPOINT_LIMITS, openTable, type Table, within } from './dynamodb/table.ts';
import { readEndpointEnv } from './env.ts';
import { endpoint } from './http/endpoint.ts';
import { notFound } from './http/refusal.ts';
import { limitRequests } from './limits/limit-requests.ts';
import type { LimitRequests } from './limits/rate-limit.ts';
import { routes } from './routes.ts';
import { endSession } from './sessions/end-session.ts';
import { type ExpiryDays, expiresAt } from './sessions/expiry.ts';
import { sessionNamedBy } from './sessions/session-path.ts';

export function createEndChatSession(
  table: Table,
  expiryDays: ExpiryDays,
  now: () => number = Date.now,
  limit?: LimitRequests,
) {
  return endpoint(
    'endChatSession',
    routes.endChatSession.scope,
    async (call) => {
      const nowMs = now();
      const place = sessionNamedBy(call);
      await call.withinLimit();
      const ended = await endSession(within(table, call.signal), {
        place,
        requestId: call.requestId,
        nowMs,
        expiresAt: expiresAt(nowMs, expiryDays.ended),
      });
      if (ended === undefined) {
        throw notFound('Session');
      }
      return { status: 200, body: ended, outcome: ended.alreadyEnded ? 'already_ended' : 'ended' };
    },
    limit,
  );
}

const { tableName, expiryDays, rateLimits } = readEndpointEnv(process.env);
const table = openTable(tableName, ENDPOINT_LIMITS);
export const handler = createEndChatSession(table, expiryDays, Date.now, limitRequests(table, rateLimits));
