// Starts a chat session bound to (persona, user, workspace).

import { ENDPOINT_LIMITS, openTable, type Table, within } from './dynamodb/table.ts';
import { type EndpointSettings, readEndpointEnv } from './env.ts';
import { type Call, type Event, endpoint, type Reply } from './http/endpoint.ts';
import { readJsonObject } from './http/json-body.ts';
import { notFound, type Problem, Refusal, validationFailed } from './http/refusal.ts';
import { validate } from './http/validate.ts';
import { limitRequests } from './limits/limit-requests.ts';
import type { LimitRequests } from './limits/rate-limit.ts';
import { rememberPersonas } from './personas/remember-personas.ts';
import { routes } from './routes.ts';
import { expiresAt } from './sessions/expiry.ts';
import { type IdempotencyKey, parseIdempotencyKey } from './sessions/idempotency-key.ts';
import { isOpaqueId } from './sessions/ids.ts';
import { takeRandomBytes } from './sessions/random-bytes.ts';
import { StartChatSessionRequest } from './sessions/start-chat-session-request.ts';
import { type StartIntent, type StartOutcome, startSession } from './sessions/start-session.ts';
import { ULID_RANDOM_BYTES } from './sessions/ulid.ts';

export function createStartChatSession(
  table: Table,
  { expiryDays, personaRememberMs }: Pick<EndpointSettings, 'expiryDays' | 'personaRememberMs'>,
  now: () => number = Date.now,
  limit?: LimitRequests,
) {
  const findPersona = rememberPersonas(personaRememberMs, now);
  return endpoint(
    'startChatSession',
    routes.startChatSession.scope,
    async ({ event, principal, requestId, signal, withinLimit }) => {
      const nowMs = now();
      const { personaId, title, key } = readRequest(event, nowMs);
      if (!isOpaqueId(personaId)) {
        throw notFound('Persona');
      }
      const { orgId, workspaceId, userId } = principal;
      const intent: StartIntent = { scope: { orgId, workspaceId, userId, personaId }, title, key };
      return replyTo(
        await startSession(
          within(table, signal),
          intent,
          {
            requestId,
            nowMs,
            random: () => takeRandomBytes(ULID_RANDOM_BYTES),
            expiresAt: expiresAt(nowMs, expiryDays.unused),
            mayWrite: withinLimit,
          },
          findPersona,
        ),
      );
    },
    limit,
  );
}

interface StartRequest {
  readonly personaId: string;
  readonly title: string | undefined;
  readonly key: IdempotencyKey | undefined;
}

/** @throws Refusal `validation_failed` that lists every problem of the body and of the header at once. */
function readRequest(event: Call['event'], nowMs: number): StartRequest {
  const personaId = event.pathParameters?.id ?? '';
  const body = readJsonObject(event);
  const request = validate(StartChatSessionRequest, body);
  const key = readIdempotencyKey(event, nowMs);
  const problems: Problem[] = [
    ...request.problems,
    ...differentPersona(body.personaId, personaId),
    ...key.problems,
  ];
  if (!('value' in request) || problems.length > 0) {
    throw validationFailed(problems);
  }
  return { personaId, title: request.value.title, key: key.value };
}

function differentPersona(inBody: unknown, inPath: string): Problem[] {
  return typeof inBody !== 'string' || inBody === inPath
    ? []
    : [
        {
          path: 'personaId',
          message: `must be the persona of the path, ${quote(inPath)}, was ${quote(inBody)}`,
        },
      ];
}

function readIdempotencyKey(
  { headers }: Event,
  nowMs: number,
): { value?: IdempotencyKey; problems: Problem[] } {
  const header = headers['idempotency-key'];
  if (header === undefined) {
    return { problems: [] };
  }
  const parsed = parseIdempotencyKey(header, nowMs);
  return 'key' in parsed
    ? { value: parsed.key, problems: [] }
    : { problems: [{ path: 'Idempotency-Key', message: parsed.problem }] };
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

function quote(id: string): string {
  return JSON.stringify(id.slice(0, 100));
}

const { tableName, rateLimits, ...settings } = readEndpointEnv(process.env);
const table = openTable(tableName, ENDPOINT_LIMITS);
export const handler = createStartChatSession(table, settings, Date.now, limitRequests(table, rateLimits));
