// The errors that an operation may answer, as components, each with the status under which it stands.
import { errorExamples } from './error-examples.ts';
import { headerRef, rateLimitHeaders } from './headers.ts';
import { type JsonObject, schemaRef } from './schemas.ts';

type ErrorExampleName = keyof typeof errorExamples;

export const responses = {
  Unauthorized: refusal(
    '`unauthorized`: no credentials, or wrong, revoked or expired ones.',
    ['missingCredentials', 'invalidCredentials', 'expiredCredentials'],
    {},
  ),
  Forbidden: refusal(
    '`forbidden`: good credentials that lack the scope, which `details.requiredScope` names.',
    ['missingScope'],
  ),
  PersonaNotFound: refusal('`not_found`: there is no such persona, or these credentials may not see it.', [
    'personaNotFound',
  ]),
  SessionNotFound: refusal('`not_found`: there is no such session, or these credentials may not see it.', [
    'sessionNotFound',
  ]),
  StartConflict: refusal(
    '`idempotency_conflict`: this `Idempotency-Key` came with another body before. ' +
      '`state_conflict`: the session that it started has been deleted.',
    ['otherPayload', 'deletedSession'],
  ),
  InvalidStart: refusal(
    '`validation_failed`: `details.issues` lists every problem of the body and the headers.',
    ['invalidFields', 'malformedBody'],
  ),
  InvalidTurn: refusal('`validation_failed`: `details.issues` lists every problem of the body.', [
    'invalidTurn',
    'malformedBody',
  ]),
  InvalidUpdate: refusal('`validation_failed`: `details.issues` lists every problem of the body.', [
    'invalidUpdate',
    'malformedBody',
  ]),
  TurnConflict: refusal(
    '`state_conflict`: the session has ended, is archived or has been deleted; or the turn would leave a gap ' +
      '(`details.nextTurn` is the next), or was recorded with other figures.',
    ['turnGap', 'turnOfEndedSession'],
  ),
  ListUnavailable: refusal('`not_found`: this deployment has no list of sessions by user.', ['noUserList']),
  InvalidQuery: refusal('`validation_failed`: `details.issues` lists every problem of the query.', [
    'invalidQuery',
  ]),
  TooManyRequests: refusalOrGateway(
    '`rate_limited`: more requests in this minute than the plan of the org, or the API key, allows; `details.retryAfter` says the seconds until the next one. Or the gateway’s own.',
    {
      ours: ['rateLimited'],
      gateway: 'Too Many Requests',
    },
  ),
  InternalError: refusalOrGateway('`internal_error`: our fault. Or the gateway’s own.', {
    ours: ['internalError'],
    gateway: 'Internal Server Error',
  }),
  ServiceUnavailable: refusalOrGateway(
    '`service_unavailable`: something that the service needs does not answer. Or the gateway’s own.',
    { ours: ['databaseOutage', 'credentialsOutage'], gateway: 'Service Unavailable' },
  ),
  MalformedRequest: gatewayOnly('No well-formed HTTP request, as with `%FF` in the path.', 'Bad Request'),
  BodyTooLarge: gatewayOnly('A body beyond what the gateway takes (6 MB).', 'Request Entity Too Large'),
  HeadersTooLarge: gatewayOnly(
    'Address and headers together beyond what the gateway takes (10,240 bytes).',
    'Request Header Fields Too Large',
  ),
};

export type ResponseName = keyof typeof responses;

export function responseRef(name: ResponseName): { $ref: string } {
  return { $ref: `#/components/responses/${name}` };
}

function refusal(
  description: string,
  examples: readonly ErrorExampleName[],
  headers: JsonObject = rateLimitHeaders(),
): JsonObject {
  return {
    description,
    headers: { 'x-request-id': headerRef('RequestId'), ...headers },
    content: {
      'application/json': { schema: { $ref: schemaRef('ErrorEnvelope') }, examples: named(examples) },
    },
  };
}

function refusalOrGateway(
  description: string,
  { ours, gateway }: { ours: readonly ErrorExampleName[]; gateway: string },
): JsonObject {
  return {
    description,
    headers: {
      'x-request-id': headerRef('OwnRequestId'),
      'apigw-requestid': headerRef('GatewayRequestId'),
      'Retry-After': headerRef('RetryAfter'),
      ...rateLimitHeaders(),
    },
    content: {
      'application/json': {
        schema: { $ref: schemaRef('AnyError') },
        examples: { ...named(ours), gateway: { value: { message: gateway } } },
      },
    },
  };
}

function gatewayOnly(description: string, message: string): JsonObject {
  return {
    description: `${description} The gateway’s own.`,
    headers: { 'apigw-requestid': headerRef('GatewayRequestId') },
    content: {
      'application/json': { schema: { $ref: schemaRef('GatewayError') }, example: { message } },
    },
  };
}

function named(examples: readonly ErrorExampleName[]): JsonObject {
  return Object.fromEntries(examples.map((name) => [name, { value: errorExamples[name] }]));
}
