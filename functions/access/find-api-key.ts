// The look-up of API keys, with the SDK behind it: loaded by the authorizer only when an API key comes.

import { openTable } from '../dynamodb/table.ts';
import type { ApiKeyRecord } from './api-key.ts';
import { getApiKey } from './get-api-key.ts';

/** Two attempts, each with its time-outs, end well before the gateway gives up on an authorizer, after 10 s. */
const AUTHORIZER_LIMITS = { maxAttempts: 2, connectionTimeoutMs: 500, requestTimeoutMs: 1_000 };

export function openApiKeyLookup(
  tableName: string,
): (secretHash: string) => Promise<ApiKeyRecord | undefined> {
  const table = openTable(tableName, AUTHORIZER_LIMITS);
  return (secretHash) => getApiKey(table, secretHash);
}
