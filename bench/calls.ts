// One good call of each operation as the gateway hands it over, and what the table is asked and answers for it.
import { marshall } from '@aws-sdk/util-dynamodb';
import { hashApiKey } from '../functions/access/api-key.ts';
import { apiKeyKey, personaKey, sessionKey } from '../functions/dynamodb/keys.ts';
import { routes } from '../functions/routes.ts';
import type { Answers } from './database/start-instant-dynamodb.ts';

const ORG = 'org_bench';
const WORKSPACE = 'ws_bench';
const USER = 'usr_bench';
const PERSONA = 'psn_bench';
const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const SESSION = `chs_${ULID}.${PERSONA}`;
export const PAGE_LENGTH = 20;

/** One request to DynamoDB, as JSON of its API. */
export interface DatabaseCall {
  readonly operation: 'GetItem' | 'PutItem' | 'UpdateItem' | 'Query';
  readonly input: Readonly<Record<string, unknown>>;
}

const place = { orgId: ORG, workspaceId: WORKSPACE, personaId: PERSONA, shard: 0, ulid: ULID };
export const sessionItem = {
  ...sessionKey(place),
  userId: USER,
  title: 'An evening by the sea',
  status: 'active',
  startedAt: '2026-01-01T00:00:00.000Z',
  startRequestId: 'Q2hhdCBzdGFydA==',
};
export const personaItem = { ...personaKey(ORG, PERSONA), name: 'Luna', status: 'active' };

const readPersona = get(personaKey(ORG, PERSONA), false);
const readSession = get(sessionKey(place), true);
const putSession: DatabaseCall = {
  operation: 'PutItem',
  input: {
    Item: marshall(sessionItem),
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
};
const endSession: DatabaseCall = {
  operation: 'UpdateItem',
  input: {
    Key: marshall(sessionKey(place)),
    UpdateExpression: 'SET #status = :ended, endedAt = :now',
    ConditionExpression: '#status = :active',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: marshall({
      ':active': 'active',
      ':ended': 'ended',
      ':now': sessionItem.startedAt,
    }),
    ReturnValues: 'ALL_NEW',
  },
};
const querySessions: DatabaseCall = {
  operation: 'Query',
  input: {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: marshall({ ':pk': sessionItem.pk, ':prefix': sessionItem.sk.slice(0, -26) }),
    Limit: PAGE_LENGTH + 1,
  },
};

/** What each operation asks of the table, in its order. */
export const databaseCalls: Readonly<Record<keyof typeof routes, readonly DatabaseCall[]>> = {
  startChatSession: [readPersona, putSession],
  listChatSessionsForPersona: [readPersona, querySessions],
  getChatSession: [readSession],
  endChatSession: [endSession],
  deleteChatSession: [putSession],
};

export function readApiKey(key: string): DatabaseCall {
  return get(apiKeyKey(hashApiKey(key)), true);
}

export function apiKeyItem(key: string) {
  const principal = { orgId: ORG, workspaceId: WORKSPACE, userId: USER, scopes: ['*'] };
  return { ...apiKeyKey(hashApiKey(key)), keyId: 'key_1', ...principal, status: 'active' };
}

/** @param apiKey the one key that exists */
export function databaseAnswers(apiKey: string): Answers {
  const keyItem = apiKeyItem(apiKey);
  return {
    GetItem: {
      '#SESSION#': itemAnswer(sessionItem),
      PERSONA: itemAnswer(personaItem),
      [keyItem.pk]: itemAnswer(keyItem),
    },
    UpdateItem: { Key: JSON.stringify({ Attributes: marshall({ ...sessionItem, status: 'ended' }) }) },
    Query: {
      pk: JSON.stringify({ Items: Array.from({ length: PAGE_LENGTH }, () => marshall(sessionItem)) }),
    },
  };
}

export type Operation = keyof typeof routes;

/** @param headers beside those of every call, an `idempotency-key` for example */
export function eventFor(operation: Operation, headers: Readonly<Record<string, string>> = {}) {
  const { method, path } = routes[operation];
  const id = path.includes('/personas/') ? PERSONA : SESSION;
  const rawPath = path.replace('{id}', id);
  const verdict = { authn: 'ok', orgId: ORG, workspaceId: WORKSPACE, userId: USER, scopes: '*' };
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'user-agent': 'bench', ...headers },
    pathParameters: { id },
    ...(operation === 'startChatSession'
      ? { body: JSON.stringify({ personaId: PERSONA, title: sessionItem.title }) }
      : {}),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'Q2hhdCBzdGFydA==',
      routeKey: `${method} ${path}`,
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
      authorizer: { lambda: { ...verdict, credential: 'api_key' } },
    },
  };
}

export function authorizerEvent(token: string) {
  return {
    version: '2.0',
    type: 'REQUEST',
    headers: { authorization: `Bearer ${token}` },
    requestContext: { requestId: 'Q2hhdCBzdGFydA==' },
  };
}

function get(key: object, consistent: boolean): DatabaseCall {
  return { operation: 'GetItem', input: { Key: marshall(key), ConsistentRead: consistent } };
}

function itemAnswer(item: object): string {
  return JSON.stringify({ Item: marshall(item) });
}
