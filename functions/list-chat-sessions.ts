// Lists the chat sessions of the caller's own user, over all personas of the workspace.
import { type EndpointSettings, readEndpointEnv } from './env.ts';
import { endpoint, type Platform } from './http/endpoint.ts';
import { openPlatform } from './http/platform.ts';
import { Refusal } from './http/refusal.ts';
import { formatCursor } from './sessions/cursor.ts';
import { readUserListRequest } from './sessions/list-request.ts';
import { listUserSessions } from './sessions/user-sessions.ts';

export function createListChatSessions(
  platform: Platform,
  { sessionsByUser }: Pick<EndpointSettings, 'sessionsByUser'>,
) {
  return endpoint('listChatSessions', platform, async (call) => {
    if (!sessionsByUser) {
      throw new Refusal(
        'not_found',
        'This deployment has no list of sessions by user. Its operator can switch it on with "sessionsByUser"; list the sessions of a persona instead.',
      );
    }
    const { scope, limit, after } = readUserListRequest(call);
    const list = { ...scope, limit, afterId: after, nowMs: call.nowMs };
    const { sessions, lastId } = await listUserSessions(call.table, list);
    const nextCursor = lastId === undefined ? '' : formatCursor(scope, lastId);
    return { status: 200, body: { items: sessions, nextCursor }, outcome: 'listed' };
  });
}

const settings = readEndpointEnv(process.env);
export const handler = createListChatSessions(openPlatform(settings), settings);
