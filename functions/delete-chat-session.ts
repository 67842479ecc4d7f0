// Ends and removes a chat session for good.
import { readEndpointEnv } from './env.ts';
import { endpoint } from './http/endpoint.ts';
import { notFound } from './http/refusal.ts';
import { sessionNamedBy } from './http/session-place.ts';
import { routes } from './routes.ts';
import { deleteSession } from './store/delete-session.ts';
import { ENDPOINT_LIMITS, openTable, type Table, within } from './store/table.ts';

export function createDeleteChatSession(table: Table, now: () => number = Date.now) {
  return endpoint('deleteChatSession', routes.deleteChatSession.scope, async (call) => {
    const place = sessionNamedBy(call);
    const { requestId, signal } = call;
    if (!(await deleteSession(within(table, signal), { place, requestId, nowMs: now() }))) {
      throw notFound('Session');
    }
    return { status: 204, outcome: 'deleted' };
  });
}

export const handler = createDeleteChatSession(
  openTable(readEndpointEnv(process.env).tableName, ENDPOINT_LIMITS),
);
