// Deletes a chat session for good.
import { readEndpointEnv } from './env.ts';
import { endpoint, type Platform } from './http/endpoint.ts';
import { openPlatform } from './http/platform.ts';
import { notFound } from './http/refusal.ts';
import { deleteSession } from './sessions/delete.ts';
import { sessionOfPath } from './sessions/session-path.ts';

export function createDeleteChatSession(platform: Platform) {
  return endpoint('deleteChatSession', platform, async (call) => {
    const { table, requestId, nowMs } = call;
    const { outcome } = await deleteSession(table, { address: sessionOfPath(call), requestId, nowMs });
    if (outcome === 'not_found') {
      throw notFound('Session');
    }
    return { status: 204, outcome };
  });
}

export const handler = createDeleteChatSession(openPlatform(readEndpointEnv(process.env)));
