// Lists a persona's chat sessions in the caller's workspace, newest first.

import { ENDPOINT_LIMITS, openTable, type Table, within } from './dynamodb/table.ts';
import { readEndpointEnv } from './env.ts';
import { type Call, endpoint } from './http/endpoint.ts';
import { notFound, validationFailed } from './http/refusal.ts';
import { validate } from './http/validate.ts';
import { limitRequests } from './limits/limit-requests.ts';
import type { LimitRequests } from './limits/rate-limit.ts';
import { routes } from './routes.ts';
import { formatCursor, type ListScope, parseCursor } from './sessions/cursor.ts';
import { isOpaqueId } from './sessions/ids.ts';
import { ListChatSessionsQuery } from './sessions/list-chat-sessions-query.ts';
import { listSessions } from './sessions/list-sessions.ts';
import type { SessionStatus } from './sessions/session.ts';

const DEFAULT_STATUSES: readonly SessionStatus[] = ['active', 'ended'];

export function createListChatSessionsForPersona(
  table: Table,
  now: () => number = Date.now,
  limit?: LimitRequests,
) {
  return endpoint(
    'listChatSessionsForPersona',
    routes.listChatSessionsForPersona.scope,
    async (call) => {
      const { scope, limit, afterUlid } = readRequest(call);
      const bounded = within(table, call.signal);
      const statuses = scope.status === undefined ? DEFAULT_STATUSES : [scope.status];
      const page = await listSessions(bounded, { ...scope, statuses, limit, afterUlid, nowMs: now() });
      if (page === undefined) {
        throw notFound('Persona');
      }
      const { sessions, lastUlid } = page;
      return {
        status: 200,
        body: { items: sessions, nextCursor: lastUlid === undefined ? '' : formatCursor(scope, lastUlid) },
        outcome: 'listed',
      };
    },
    limit,
  );
}

interface ListRequest {
  readonly scope: ListScope;
  readonly limit: number;
  readonly afterUlid: string | undefined;
}

/** @throws Refusal `validation_failed` for a bad query, `not_found` for an id that can't be a persona's. */
function readRequest({ event, principal: { orgId, workspaceId } }: Call): ListRequest {
  const query = validate(ListChatSessionsQuery, event.queryStringParameters ?? {});
  if (!('value' in query)) {
    throw validationFailed(query.problems);
  }
  const personaId = event.pathParameters?.id;
  if (!isOpaqueId(personaId)) {
    throw notFound('Persona');
  }
  const { limit, cursor, status } = query.value;
  const scope = { orgId, workspaceId, personaId, status };
  const afterUlid = cursor === undefined || cursor === '' ? undefined : parseCursor(scope, cursor);
  if (cursor && afterUlid === undefined) {
    throw validationFailed([
      {
        path: 'cursor',
        message:
          'is not a cursor of this list; send the nextCursor of the page before, with the same persona and status',
      },
    ]);
  }
  return { scope, limit, afterUlid };
}

const { tableName, rateLimits } = readEndpointEnv(process.env);
const table = openTable(tableName, ENDPOINT_LIMITS);
export const handler = createListChatSessionsForPersona(table, Date.now, limitRequests(table, rateLimits));
