// Examples of errors. Most are what the service's own code says when it refuses, so that they never fall behind it.
import { fromContext, type VerdictContext } from '../../functions/access/verdict.ts';
import { readJsonObject, validate } from '../../functions/http/body.ts';
import { authorizeCall } from '../../functions/http/endpoint.ts';
import { type ErrorCode, notFound, Refusal, validationFailed } from '../../functions/http/refusal.ts';
import { personaListFields } from '../../functions/sessions/list-request.ts';
import { startFields } from '../../functions/sessions/start-request.ts';
import { turnFields } from '../../functions/sessions/turn-request.ts';
import { updateFields } from '../../functions/sessions/update-request.ts';

const reader = {
  authn: 'ok',
  orgId: 'org_demo',
  workspaceId: 'ws_demo',
  userId: 'usr_demo',
  scopes: 'read:chat',
  credential: 'api_key',
};

export const errorExamples = {
  missingCredentials: thrownBy(() => admitted({ authn: 'missing' })),
  invalidCredentials: thrownBy(() => admitted({ authn: 'invalid' })),
  expiredCredentials: thrownBy(() => admitted({ authn: 'expired' })),
  missingScope: thrownBy(() => admitted(reader)),
  personaNotFound: envelopeOf(notFound('Persona')),
  sessionNotFound: envelopeOf(notFound('Session')),
  otherPayload: envelope(
    'idempotency_conflict',
    'This Idempotency-Key has started a session with another body. Send the same body again, or use a new key.',
  ),
  deletedSession: envelope(
    'state_conflict',
    'The session that this Idempotency-Key started has been deleted. Use a new key to start another.',
  ),
  invalidFields: envelopeOf(
    validationFailed(validate(startFields, { personaId: 7, title: ' ', colour: 'blue' }).problems),
  ),
  malformedBody: thrownBy(() =>
    readJsonObject({
      headers: { 'content-type': 'application/json' },
      body: '{"personaId":',
      isBase64Encoded: false,
    }),
  ),
  invalidTurn: envelopeOf(
    validationFailed(validate(turnFields, { turn: 0, messages: 2, inputTokens: 1.5 }).problems),
  ),
  invalidUpdate: envelopeOf(
    validationFailed(validate(updateFields, { title: ' ', status: 'archived' }).problems),
  ),
  turnGap: envelope('state_conflict', 'Turn 9 would leave a gap: the next turn of this session is 7.', {
    nextTurn: 7,
  }),
  turnOfEndedSession: envelope(
    'state_conflict',
    'The session has ended. It takes no turns; start another session.',
  ),
  noUserList: envelope(
    'not_found',
    'This deployment has no list of sessions by user. Its operator can switch it on with "sessionsByUser"; list the sessions of a persona instead.',
  ),
  invalidQuery: envelopeOf(
    validationFailed(validate(personaListFields, { limit: '1000', status: 'open' }).problems),
  ),
  rateLimited: envelope('rate_limited', 'Too many requests: 600 a minute are allowed. Try again in 12 s.', {
    retryAfter: 12,
  }),
  internalError: envelope(
    'internal_error',
    'Something went wrong on our side. Try again; if it persists, report the x-request-id of this answer.',
  ),
  databaseOutage: envelope(
    'service_unavailable',
    'The service cannot answer right now. Try again in a moment.',
  ),
  credentialsOutage: thrownBy(() => admitted({ authn: 'unavailable' })),
};

function admitted(verdict: VerdictContext): void {
  authorizeCall(fromContext(verdict), 'write:chat');
}

interface ErrorExample {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

function thrownBy(refusing: () => void): ErrorExample {
  try {
    refusing();
  } catch (error) {
    if (error instanceof Refusal) {
      return envelopeOf(error);
    }
    throw error;
  }
  throw new Error('An example of an error was not refused');
}

function envelopeOf({ code, message, details }: Refusal): ErrorExample {
  return envelope(code, message, details);
}

function envelope(
  code: ErrorCode,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): ErrorExample {
  return { error: { code, message, ...(details === undefined ? {} : { details }) } };
}
