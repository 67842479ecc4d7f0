// Reads one chat session.

import { ENDPOINT_LIMITS, openTable, type Table, within } from './dynamodb/table.ts';
import { readEndpointEnv } from './env.ts';
import { endpoint } from './http/endpoint.ts';
import { notFound } from './http/refusal.ts';
import { limitRequests } from './limits/limit-requests.ts';
import type { LimitRequests } from './limits/rate-limit.ts';
import { routes } from './routes.ts';
import { getSession } from './sessions/get-session.ts';
import { sessionNow } from './sessions/session-item.ts';
import { sessionNamedBy } from './sessions/session-path.ts';

export function createGetChatSession(table: Table, now: () => number = Date.now, limit?: LimitRequests) {
  return endpoint(
    'getChatSession',
    routes.getChatSession.scope,
    async (call) => {
      const place = sessionNamedBy(call);
      const stored = await getSession(within(table, call.signal), place, now());
      if (stored === undefined) {
        throw notFound('Session');
      }
      return { status: 200, body: sessionNow(place, stored), outcome: 'read' };
    },
    limit,
  );
}

const { tableName, rateLimits } = readEndpointEnv(process.env);
const table = openTable(tableName, ENDPOINT_LIMITS);
export const handler = createGetChatSession(table, Date.now, limitRequests(table, rateLimits));
