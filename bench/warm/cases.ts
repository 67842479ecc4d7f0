// What is measured warm: each operation on the real client, on an instant table, and as the bare requests it is made of.
import type { Context } from 'aws-lambda';
import { apiKeyVerifier } from '../../functions/auth/api-keys.ts';
import { sessionJwtVerifier } from '../../functions/auth/session-jwt.ts';
import { createAuthorizer } from '../../functions/authorize.ts';
import { createDeleteChatSession } from '../../functions/delete-chat-session.ts';
import type { ApiKeyRecord } from '../../functions/domain/api-key.ts';
import { createEndChatSession } from '../../functions/end-chat-session.ts';
import { readAuthorizerEnv } from '../../functions/env.ts';
import { createGetChatSession } from '../../functions/get-chat-session.ts';
import { createListChatSessionsForPersona } from '../../functions/list-chat-sessions-for-persona.ts';
import { createStartChatSession } from '../../functions/start-chat-session.ts';
import { getApiKey } from '../../functions/store/get-api-key.ts';
import { ENDPOINT_LIMITS, openTable, type Table } from '../../functions/store/table.ts';
import { handSigned } from '../baselines/hand-signed.ts';
import {
  apiKeyItem,
  authorizerEvent,
  type DatabaseCall,
  databaseCalls,
  eventFor,
  readApiKey,
} from '../calls.ts';
import { instantTable } from './instant-table.ts';

export interface WarmCase {
  readonly name: string;
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

export function warmCases(apiKey: string, sessionJwt: string): WarmCase[] {
  const table = openTable(tableName, ENDPOINT_LIMITS);
  const key = { 'idempotency-key': uuidV7() };
  const starting = (personaRememberMs: number) => (on: Table) =>
    createStartChatSession(on, { expiryDays: {}, personaRememberMs });
  const { startChatSession } = databaseCalls;
  const onlyThePut = startChatSession.slice(1);
  const endpointCase = (
    name: string,
    make: (on: Table) => unknown,
    event: object,
    calls: readonly DatabaseCall[],
  ): WarmCase => ({
    name,
    databaseCalls: calls.length,
    whole: calling(make(table), event),
    own: calling(make(instantTable), event),
    floor: bare(calls),
  });
  return [
    endpointCase('start', starting(0), eventFor('startChatSession'), startChatSession),
    endpointCase('start, UUIDv7', starting(0), eventFor('startChatSession', key), startChatSession),
    endpointCase(
      'start, persona remembered',
      starting(REMEMBER_MS),
      eventFor('startChatSession', key),
      onlyThePut,
    ),
    endpointCase('get', createGetChatSession, eventFor('getChatSession'), databaseCalls.getChatSession),
    endpointCase(
      'list, 20',
      createListChatSessionsForPersona,
      eventFor('listChatSessionsForPersona'),
      databaseCalls.listChatSessionsForPersona,
    ),
    endpointCase(
      'end',
      (on) => createEndChatSession(on, {}),
      eventFor('endChatSession'),
      databaseCalls.endChatSession,
    ),
    endpointCase(
      'delete',
      createDeleteChatSession,
      eventFor('deleteChatSession'),
      databaseCalls.deleteChatSession,
    ),
    ...authorizerCases(table, apiKey, sessionJwt),
  ];
}

function authorizerCases(table: Table, apiKey: string, sessionJwt: string): WarmCase[] {
  const { sessionJwt: settings } = readAuthorizerEnv(env);
  if (settings === undefined) {
    throw new Error('The authorizer is to be measured with session JWTs, and has no issuer');
  }
  const verifySessionJwt = sessionJwtVerifier(settings);
  const record = apiKeyItem(apiKey) as unknown as ApiKeyRecord;
  const judging = (find: () => Promise<ApiKeyRecord | undefined>, rememberMs: number, token: string) =>
    calling(
      createAuthorizer({ apiKey: apiKeyVerifier({ find, rememberMs }), sessionJwt: verifySessionJwt }),
      authorizerEvent(token),
    );
  const remembered = judging(async () => record, REMEMBER_MS, apiKey);
  const judged = judging(async () => record, 0, sessionJwt);
  const { pk } = apiKeyItem(apiKey);
  return [
    {
      name: 'authorize, API key',
      databaseCalls: 1,
      whole: judging(() => getApiKey(table, pk.slice('APIKEY#'.length)), 0, apiKey),
      own: judging(async () => record, 0, apiKey),
      floor: bare([readApiKey(apiKey)]),
    },
    { name: 'authorize, API key remembered', databaseCalls: 0, whole: remembered, own: remembered },
    { name: 'authorize, session JWT', databaseCalls: 0, whole: judged, own: judged },
  ];
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
