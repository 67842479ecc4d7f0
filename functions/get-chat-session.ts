// Reads one chat session.
import { readEndpointEnv } from './env.ts';
import { endpoint, type Platform } from './http/endpoint.ts';
import { openPlatform } from './http/platform.ts';
import { notFound } from './http/refusal.ts';
import { getSession, sessionNow } from './sessions/session-item.ts';
import { sessionOfPath } from './sessions/session-path.ts';

export function createGetChatSession(platform: Platform) {
  return endpoint('getChatSession', platform, async (call) => {
    const stored = await getSession(call.table, sessionOfPath(call), call.nowMs);
    if (stored === undefined) {
      throw notFound('Session');
    }
    return { status: 200, body: sessionNow(stored), outcome: 'read' };
  });
}

export const handler = createGetChatSession(openPlatform(readEndpointEnv(process.env)));
