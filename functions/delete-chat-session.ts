// Ends and removes a chat session for good.

import { ENDPOINT_LIMITS, openTable, type Table, within } from './dynamodb/table.ts';
import { readEndpointEnv } from './env.ts';
import { endpoint } from './http/endpoint.ts';
import { notFound } from './http/refusal.ts';
import { limitRequests } from './limits/limit-requests.ts';
import type { LimitRequests } from './limits/rate-limit.ts';
import { routes } from './routes.ts';
import { deleteSession } from './sessions/delete-session.ts';
import { sessionNamedBy } from './sessions/session-path.ts';

export function createDeleteChatSession(table: Table, now: () => number = Date.now, limit?: LimitRequests) {
  return endpoint(
    'deleteChatSession',
    routes.deleteChatSession.scope,
    async (call) => {
      const place = sessionNamedBy(call);
      const { requestId, signal } = call;
      await call.withinLimit();
      if (!(await deleteSession(within(table, signal), { place, requestId, nowMs: now() }))) {
        throw notFound('Session');
      }
      return { status: 204, outcome: 'deleted' };
    },
    limit,
  );
}

const { tableName, rateLimits } = readEndpointEnv(process.env);
const table = openTable(tableName, ENDPOINT_LIMITS);
export const handler = createDeleteChatSession(table, Date.now, limitRequests(table, rateLimits));
