// Lists a persona's chat sessions in the caller's workspace, newest first by the time in their ids.
import { readEndpointEnv } from './env.ts';
import { endpoint, type Platform } from './http/endpoint.ts';
import { openPlatform } from './http/platform.ts';
import { notFound } from './http/refusal.ts';
import { formatCursor } from './sessions/cursor.ts';
import { listSessions } from './sessions/list.ts';
import { readPersonaListRequest } from './sessions/list-request.ts';

export function createListChatSessionsForPersona(platform: Platform) {
  return endpoint('listChatSessionsForPersona', platform, async (call) => {
    const { scope, limit, after } = readPersonaListRequest(call);
    const list = { ...scope, limit, afterUlid: after, nowMs: call.nowMs };
    const listed = await listSessions(call.table, list);
    if (listed.outcome === 'persona_not_found') {
      throw notFound('Persona');
    }
    const { sessions, lastUlid } = listed.page;
    const nextCursor = lastUlid === undefined ? '' : formatCursor(scope, lastUlid);
    return { status: 200, body: { items: sessions, nextCursor }, outcome: listed.outcome };
  });
}

export const handler = createListChatSessionsForPersona(openPlatform(readEndpointEnv(process.env)));
