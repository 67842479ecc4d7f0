// Ends a chat session; its counters stay.
import { readEndpointEnv } from './env.ts';
import { endpoint, type Platform } from './http/endpoint.ts';
import { openPlatform } from './http/platform.ts';
import { notFound } from './http/refusal.ts';
import { endSession } from './sessions/end.ts';
import { type ExpiryDays, expiresAt } from './sessions/expiry.ts';
import { sessionOfPath } from './sessions/session-path.ts';

export function createEndChatSession(platform: Platform, expiryDays: ExpiryDays) {
  return endpoint('endChatSession', platform, async (call) => {
    const { table, requestId, nowMs } = call;
    const address = sessionOfPath(call);
    const end = { address, requestId, nowMs, expiresAt: expiresAt(nowMs, expiryDays.ended) };
    const ended = await endSession(table, end);
    if (ended.outcome === 'not_found') {
      throw notFound('Session');
    }
    const { session, outcome } = ended;
    return { status: 200, body: { session, alreadyEnded: outcome === 'already_ended' }, outcome };
  });
}

const settings = readEndpointEnv(process.env);
export const handler = createEndChatSession(openPlatform(settings), settings.expiryDays);
