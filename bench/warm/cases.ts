// The warm cases: the whole call, the call without the database client, and its floor.
import type { Context } from 'aws-lambda';
import { apiKeyVerifier, type FindApiKey } from '../../functions/access/api-keys.ts';
import { openApiKeyLookup, parseApiKey } from '../../functions/access/find-api-key.ts';
import { sessionJwtVerifier } from '../../functions/access/session-jwt.ts';
import { createAuthorizer } from '../../functions/authorize.ts';
import { createDeleteChatSession } from '../../functions/delete-chat-session.ts';
import { createEndChatSession } from '../../functions/end-chat-session.ts';
import { readAuthorizerEnv, readEndpointEnv } from '../../functions/env.ts';
import { createGetChatSession } from '../../functions/get-chat-session.ts';
import type { Platform } from '../../functions/http/endpoint.ts';
import { openPlatform } from '../../functions/http/platform.ts';
import { createListChatSessions } from '../../functions/list-chat-sessions.ts';
import { createListChatSessionsForPersona } from '../../functions/list-chat-sessions-for-persona.ts';
import { createRecordChatTurn } from '../../functions/record-chat-turn.ts';
import { createStartChatSession } from '../../functions/start-chat-session.ts';
import { createUpdateChatSession } from '../../functions/update-chat-session.ts';
import { handSigned } from '../baselines/hand-signed.ts';
import { apiKeyItem, authorizerEvent, eventFor } from '../calls.ts';
import type { DatabaseCall } from '../database/start-instant-dynamodb.ts';
import type { CaseName } from './case-names.ts';
import { instantTable } from './instant-table.ts';

export interface WarmCase {
  readonly whole: () => Promise<unknown>;
  /** The call without the client of the database. */
  readonly own: () => Promise<unknown>;
}

const env = process.env;
const REMEMBER_MS = 3_600_000;

export function warmCase(name: CaseName, apiKey: string, sessionJwt: string): WarmCase {
  const key = { 'idempotency-key': uuidV7() };
  const record = parseApiKey(apiKeyItem(apiKey));
  const findAtOnce = async () => record;
  switch (name) {
    case 'start':
      return endpointCase(starting(0), eventFor('startChatSession'));
    case 'start, UUIDv7':
      return endpointCase(starting(0), eventFor('startChatSession', key));
    case 'start, persona remembered':
      return endpointCase(starting(REMEMBER_MS), eventFor('startChatSession', key));
    case 'get':
      return endpointCase(createGetChatSession, eventFor('getChatSession'));
    case 'list, 20':
      return endpointCase(createListChatSessionsForPersona, eventFor('listChatSessionsForPersona'));
    case 'list of a user, 20':
      return endpointCase(
        (platform) => createListChatSessions(platform, { sessionsByUser: true }),
        eventFor('listChatSessions'),
      );
    case 'update':
      return endpointCase(createUpdateChatSession, eventFor('updateChatSession'));
    case 'turn':
      return endpointCase(
        (platform) => createRecordChatTurn(platform, { expiryDays: {} }),
        eventFor('recordChatTurn'),
      );
    case 'end':
      return endpointCase((platform) => createEndChatSession(platform, {}), eventFor('endChatSession'));
    case 'delete':
      return endpointCase(createDeleteChatSession, eventFor('deleteChatSession'));
    case 'authorize, API key':
      return {
        whole: authorizing(openApiKeyLookup(readAuthorizerEnv(env).tableName), 0, apiKey),
        own: authorizing(findAtOnce, 0, apiKey),
      };
    case 'authorize, API key remembered':
      return ownCase(authorizing(findAtOnce, REMEMBER_MS, apiKey));
    case 'authorize, session JWT':
      return ownCase(authorizing(findAtOnce, 0, sessionJwt));
  }
}

/** @param calls the requests of the whole call, in order */
export function floorOf(calls: readonly DatabaseCall[]): () => Promise<unknown> {
  const send = handSigned({
    endpoint: env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    region: env.AWS_REGION ?? '',
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: env.AWS_SESSION_TOKEN ?? '',
  });
  return async () => {
    for (const { operation, input } of calls) {
      await send(operation, input);
    }
  };
}

function starting(personaRememberMs: number) {
  return (platform: Platform) =>
    createStartChatSession(platform, { expiryDays: {}, personaRememberMs, sessionsByUser: false });
}

function endpointCase(make: (platform: Platform) => unknown, event: object): WarmCase {
  return {
    whole: calling(make(openPlatform(readEndpointEnv(env))), event),
    own: calling(make({ bindTable: () => instantTable, now: Date.now }), event),
  };
}

function ownCase(call: () => Promise<unknown>): WarmCase {
  return { whole: call, own: call };
}

function authorizing(find: FindApiKey, rememberMs: number, token: string) {
  const { jwtIssuers } = readAuthorizerEnv(env);
  if (jwtIssuers.length === 0) {
    throw new Error('The authorizer is to be measured with session JWTs, and has no issuer');
  }
  const verifiers = {
    apiKey: apiKeyVerifier({ find, rememberMs }),
    sessionJwt: sessionJwtVerifier(jwtIssuers),
  };
  return calling(createAuthorizer(verifiers), authorizerEvent(token));
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

function calling(handler: unknown, event: object): () => Promise<unknown> {
  return () => {
    const endEpochMs = Date.now() + 10_000;
    const context = { getRemainingTimeInMillis: () => endEpochMs - Date.now() } as Context;
    return (handler as Handler)(event, context);
  };
}

function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7abc-8abc-0123456789ab`;
}
