// The event of a successful call of each operation, and the table's answers to it.
import { marshall } from '@aws-sdk/util-dynamodb';
import { hashApiKey } from '../functions/access/api-key.ts';
import { apiKeyKey } from '../functions/access/find-api-key.ts';
import { personaKey } from '../functions/personas/persona.ts';
import { type Operation, routes } from '../functions/routes.ts';
import { formatSessionId } from '../functions/sessions/session.ts';
import { sessionKey } from '../functions/sessions/session-item.ts';
import type { Answers } from './database/start-instant-dynamodb.ts';

const PRINCIPAL = { orgId: 'org_bench', workspaceId: 'ws_bench', userId: 'usr_bench' };
const PERSONA = 'psn_bench';
const REQUEST_ID = 'Q2hhdCBzdGFydA==';
const PAGE_LENGTH = 20;

const { userId, ...tenant } = PRINCIPAL;
const address = { ...tenant, personaId: PERSONA, shard: 0, ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };
export const personaItem = { ...personaKey(tenant.orgId, PERSONA), name: 'Luna', status: 'active' };
export const sessionItem = {
  ...sessionKey(address),
  userId,
  title: 'An evening by the sea',
  status: 'active',
  startedAt: '2026-01-01T00:00:00.000Z',
  startRequestId: REQUEST_ID,
};
export const endedItem = { ...sessionItem, status: 'ended', endedAt: sessionItem.startedAt };
export const page = Array.from({ length: PAGE_LENGTH }, () => sessionItem);

export function apiKeyItem(key: string) {
  const { pk, sk } = apiKeyKey(hashApiKey(key));
  return { pk, sk, keyId: 'key_1', ...PRINCIPAL, scopes: ['*'], environment: 'live', status: 'active' };
}

/** @param apiKey the one key that exists */
export function databaseAnswers(apiKey: string): Answers {
  const keyItem = apiKeyItem(apiKey);
  return {
    GetItem: {
      '#SESSION#': JSON.stringify({ Item: marshall(sessionItem) }),
      PERSONA: JSON.stringify({ Item: marshall(personaItem) }),
      [keyItem.pk]: JSON.stringify({ Item: marshall(keyItem) }),
    },
    UpdateItem: { TableName: JSON.stringify({ Attributes: marshall(endedItem) }) },
    Query: { TableName: JSON.stringify({ Items: page.map((item) => marshall(item)) }) },
  };
}

const BODIES: { readonly [operation in Operation]?: object } = {
  startChatSession: { personaId: PERSONA, title: sessionItem.title },
  updateChatSession: { title: sessionItem.title },
  recordChatTurn: { turn: 1, messages: 2, inputTokens: 900, outputTokens: 300, costUsdMicros: 5_400 },
};

/** @param headers additional ones, such as an `idempotency-key` */
export function eventFor(operation: Operation, headers: Readonly<Record<string, string>> = {}) {
  const { method, path } = routes[operation];
  const id = path.includes('/personas/') ? PERSONA : formatSessionId(address);
  const rawPath = path.replace('{id}', id);
  const body = BODIES[operation];
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'user-agent': 'bench', ...headers },
    ...(path === rawPath ? {} : { pathParameters: { id } }),
    ...(body && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: {
      requestId: REQUEST_ID,
      routeKey: `${method} ${path}`,
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
      authorizer: { lambda: { authn: 'ok', ...PRINCIPAL, scopes: '*', credential: 'api_key' } },
    },
  };
}

export function authorizerEvent(token: string) {
  return {
    version: '2.0',
    type: 'REQUEST',
    headers: { authorization: `Bearer ${token}` },
    requestContext: { requestId: REQUEST_ID },
  };
}
