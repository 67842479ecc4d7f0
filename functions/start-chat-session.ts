// Starts a chat session bound to (persona, user, workspace).
import { type EndpointSettings, readEndpointEnv } from './env.ts';
import type { Reply } from './http/call.ts';
import { endpoint, type Platform } from './http/endpoint.ts';
import { openPlatform } from './http/platform.ts';
import { notFound, Refusal } from './http/refusal.ts';
import { rememberPersonas } from './personas/persona.ts';
import { expiresAt } from './sessions/expiry.ts';
import { type StartOutcome, startSession } from './sessions/start.ts';
import { readStartRequest } from './sessions/start-request.ts';
import { takeRandomBytes } from './sessions/ulid.ts';

export function createStartChatSession(
  platform: Platform,
  settings: Pick<EndpointSettings, 'expiryDays' | 'personaRememberMs' | 'sessionsByUser'>,
) {
  const { expiryDays, sessionsByUser } = settings;
  const findPersona = rememberPersonas(settings.personaRememberMs, platform.now);
  return endpoint('startChatSession', platform, async (call) => {
    const { table, requestId, nowMs } = call;
    const request = {
      requestId,
      nowMs,
      random: takeRandomBytes,
      expiresAt: expiresAt(nowMs, expiryDays.unused ?? expiryDays.idle),
      indexed: sessionsByUser,
    };
    return replyTo(await startSession(table, readStartRequest(call), request, findPersona));
  });
}

function replyTo(start: StartOutcome): Reply {
  switch (start.outcome) {
    case 'started':
      return { status: 201, body: { session: start.session }, outcome: 'started' };
    case 'replayed':
      return {
        status: 201,
        body: { session: start.session },
        headers: { 'idempotent-replayed': 'true' },
        outcome: 'replayed',
      };
    case 'persona_not_found':
      throw notFound('Persona');
    case 'payload_differs':
      throw new Refusal(
        'idempotency_conflict',
        'This Idempotency-Key has started a session with another body. Send the same body again, or use a new key.',
      );
    case 'deleted':
      throw new Refusal(
        'state_conflict',
        'The session that this Idempotency-Key started has been deleted. Use a new key to start another.',
      );
  }
}

const settings = readEndpointEnv(process.env);
export const handler = createStartChatSession(openPlatform(settings), settings);
