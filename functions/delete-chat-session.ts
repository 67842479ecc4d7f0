// Ends and removes a chat session for good.
import type { LimitRequests } from './domain/rate-limit.ts';
import { readEndpointEnv } from './env.ts';
import { endpoint } from './http/endpoint.ts';
import { notFound } from './http/refusal.ts';
import { sessionNamedBy } from './http/session-place.ts';
import { routes } from './routes.ts';
import { deleteSession } from './store/delete-session.ts';
import { limitRequests } from './store/limit-requests.ts';
import { ENDPOINT_LIMITS, openTable, type Table, within } from './store/table.ts';

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
