// Reads one chat session.
import type { LimitRequests } from './domain/rate-limit.ts';
import { readEndpointEnv } from './env.ts';
import { endpoint } from './http/endpoint.ts';
import { notFound } from './http/refusal.ts';
import { sessionNamedBy } from './http/session-place.ts';
import { routes } from './routes.ts';
import { getSession } from './store/get-session.ts';
import { limitRequests } from './store/limit-requests.ts';
import { sessionNow } from './store/session-item.ts';
import { ENDPOINT_LIMITS, openTable, type Table, within } from './store/table.ts';

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
