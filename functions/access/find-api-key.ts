// Looks up API keys in the table. The authorizer imports this file on the first API key only.
import { openTable } from '#dynamodb-adapter';
import type { Key } from '../dynamodb/item.ts';
import { list, oneOf, optionalNumber, optionalText, text } from '../dynamodb/item.ts';
import type { Item, Table } from '../dynamodb/table.ts';
import { API_KEY_ENVIRONMENTS, API_KEY_STATUSES, type ApiKeyRecord } from './api-key.ts';

/** Two attempts end well within the 10 s that API Gateway gives an authorizer. */
const AUTHORIZER_LIMITS = { maxAttempts: 2, connectionTimeoutMs: 500, requestTimeoutMs: 1_000 };

export function openApiKeyLookup(
  tableName: string,
): (secretHash: string) => Promise<ApiKeyRecord | undefined> {
  const table = openTable(tableName, AUTHORIZER_LIMITS)();
  return (secretHash) => getApiKey(table, secretHash);
}

/** One read unit at most. Strongly consistent, so that a key works as soon as it is issued. */
export async function getApiKey(table: Table, secretHash: string): Promise<ApiKeyRecord | undefined> {
  const item = await table.get(apiKeyKey(secretHash));
  return item && parseApiKey(item);
}

export function apiKeyKey(secretHash: string): Key {
  return { pk: `APIKEY#${secretHash}`, sk: 'APIKEY' };
}

/** @throws DamagedItem */
export function parseApiKey(item: Item): ApiKeyRecord {
  return {
    keyId: text(item, 'keyId'),
    orgId: text(item, 'orgId'),
    workspaceId: text(item, 'workspaceId'),
    userId: text(item, 'userId'),
    scopes: list(item, 'scopes').map(String),
    environment: oneOf(item, 'environment', API_KEY_ENVIRONMENTS),
    status: oneOf(item, 'status', API_KEY_STATUSES),
    expiresOn: optionalText(item, 'expiresOn'),
    requestsPerMinute: optionalNumber(item, 'requestsPerMinute'),
  };
}
