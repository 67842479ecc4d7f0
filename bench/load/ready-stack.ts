// A local stack in another process, and the call that starts a session on it.
import type { Place, StartCall } from './measure-load.ts';

export interface ReadyStack extends Place {
  readonly personaId: string;
  readonly apiKey: string;
  readonly sessionJwt: string;
}

export function startCall(personaId: string, token: string): StartCall {
  return {
    path: `/v1/personas/${personaId}/chat/sessions`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ personaId }),
  };
}
