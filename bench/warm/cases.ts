// What is measured warm: each operation on the real client, on an instant table, and as the bare requests it is made of.
import type { Context } from 'aws-lambda';
import type { ApiKeyRecord } from '../../functions/access/api-key.ts';
import { apiKeyVerifier } from '../../functions/access/api-keys.ts';
import { getApiKey } from '../../functions/access/get-api-key.ts';
import { sessionJwtVerifier } from '../../functions/access/session-jwt.ts';
import { createAuthorizer } from '../../functions/authorize.ts';
import { createDeleteChatSession } from '../../functions/delete-chat-session.ts';
import { ENDPOINT_LIMITS, openTable, type Table } from '../../functions/dynamodb/table.ts';
import { createEndChatSession } from '../../functions/end-chat-session.ts';
import { readAuthorizerEnv } from '../../functions/env.ts';
import { createGetChatSession } from '../../functions/get-chat-session.ts';
import { createListChatSessionsForPersona } from '../../functions/list-chat-sessions-for-persona.ts';
import { createStartChatSession } from '../../functions/start-chat-session.ts';
import { handSigned } from '../baselines/hand-signed.ts';
import {
  apiKeyItem,
  authorizerEvent,
  type DatabaseCall,
  databaseCalls,
  eventFor,
  readApiKey,
} from '../calls.ts';
import type { CaseName } from './case-names.ts';
import { instantTable } from './instant-table.ts';

export interface WarmCase {
  readonly databaseCalls: number;
  readonly whole: () => Promise<unknown>;
  /** Everything but the SDK. */
  readonly own: () => Promise<unknown>;
  /** Absent where no request is made. */
  readonly floor?: () => Promise<unknown>;
}

const env = process.env;
const tableName = env.TABLE_NAME ?? '';
const REMEMBER_MS = 3_600_000;

export function warmCase(name: CaseName, apiKey: string, sessionJwt: string): WarmCase {
  const key = { 'idempotency-key': uuidV7() };
  const { startChatSession, ...others } = databaseCalls;
  switch (name) {
    case 'start':
      return endpointCase(starting(0), eventFor('startChatSession'), startChatSession);
    case 'start, UUIDv7':
      return endpointCase(starting(0), eventFor('startChatSession', key), startChatSession);
    case 'start, persona remembered':
      return endpointCase(
        starting(REMEMBER_MS),
        eventFor('startChatSession', key),
        startChatSession.slice(1),
      );
    case 'get':
      return endpointCase(createGetChatSession, eventFor('getChatSession'), others.getChatSession);
    case 'list, 20':
      return endpointCase(
        createListChatSessionsForPersona,
        eventFor('listChatSessionsForPersona'),
        others.listChatSessionsForPersona,
      );
    case 'end':
      return endpointCase(
        (on) => createEndChatSession(on, {}),
        eventFor('endChatSession'),
        others.endChatSession,
      );
    case 'delete':
      return endpointCase(createDeleteChatSession, eventFor('deleteChatSession'), others.deleteChatSession);
    case 'authorize, API key':
      return readApiKeyCase(apiKey);
    case 'authorize, API key remembered':
      return ownCase(judging(async () => recordOf(apiKey), REMEMBER_MS, apiKey));
    case 'authorize, session JWT':
      return ownCase(judging(async () => recordOf(apiKey), 0, sessionJwt));
  }
}

function starting(personaRememberMs: number) {
  return (on: Table) => createStartChatSession(on, { expiryDays: {}, personaRememberMs });
}

function endpointCase(make: (on: Table) => unknown, event: object, calls: readonly DatabaseCall[]): WarmCase {
  return {
    databaseCalls: calls.length,
    whole: calling(make(openTable(tableName, ENDPOINT_LIMITS)), event),
    own: calling(make(instantTable), event),
    floor: bare(calls),
  };
}

function readApiKeyCase(apiKey: string): WarmCase {
  const table = openTable(tableName, ENDPOINT_LIMITS);
  const secretHash = apiKeyItem(apiKey).pk.slice('APIKEY#'.length);
  return {
    databaseCalls: 1,
    whole: judging(() => getApiKey(table, secretHash), 0, apiKey),
    own: judging(async () => recordOf(apiKey), 0, apiKey),
    floor: bare([readApiKey(apiKey)]),
  };
}

function ownCase(call: () => Promise<unknown>): WarmCase {
  return { databaseCalls: 0, whole: call, own: call };
}

function judging(find: () => Promise<ApiKeyRecord | undefined>, rememberMs: number, token: string) {
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

function recordOf(apiKey: string): ApiKeyRecord {
  return apiKeyItem(apiKey) as unknown as ApiKeyRecord;
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

function calling(handler: unknown, event: object): () => Promise<unknown> {
  return () => {
    const endEpochMs = Date.now() + 10_000;
    const context = { getRemainingTimeInMillis: () => endEpochMs - Date.now() } as Context;
    return (handler as Handler)(event, context);
  };
}

/** One request after the other, as the operation makes them. */
function bare(calls: readonly DatabaseCall[]): () => Promise<unknown> {
  const send = handSigned({
    endpoint: env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    region: env.AWS_REGION ?? '',
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: env.AWS_SESSION_TOKEN ?? '',
  });
  return async () => {
    for (const { operation, input } of calls) {
      await send(operation, { TableName: tableName, ...input });
    }
  };
}

function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7abc-8abc-0123456789ab`;
}
