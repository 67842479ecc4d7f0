// Changes the title, the metadata or the archived flag of a chat session.
import { readEndpointEnv } from './env.ts';
import { endpoint, type Platform } from './http/endpoint.ts';
import { openPlatform } from './http/platform.ts';
import { notFound } from './http/refusal.ts';
import { sessionOfPath } from './sessions/session-path.ts';
import { updateSession } from './sessions/update.ts';
import { readUpdateRequest } from './sessions/update-request.ts';

export function createUpdateChatSession(platform: Platform) {
  return endpoint('updateChatSession', platform, async (call) => {
    const address = sessionOfPath(call);
    const updated = await updateSession(call.table, address, readUpdateRequest(call), call.nowMs);
    if (updated.outcome === 'not_found') {
      throw notFound('Session');
    }
    const { session, outcome } = updated;
    return { status: 200, body: { session }, outcome };
  });
}

export const handler = createUpdateChatSession(openPlatform(readEndpointEnv(process.env)));
