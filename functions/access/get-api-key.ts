// Reads what is known of an API key by the hash of its secret.
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { apiKeyKey } from '../dynamodb/keys.ts';
import { callOptions, reach, type Table } from '../dynamodb/table.ts';
import type { ApiKeyRecord } from './api-key.ts';

/** One read unit at most; consistent, so that a key works from the moment it was issued. */
export async function getApiKey(table: Table, secretHash: string): Promise<ApiKeyRecord | undefined> {
  const { Item } = await reach(
    table.client.send(
      new GetCommand({ TableName: table.name, Key: apiKeyKey(secretHash), ConsistentRead: true }),
      callOptions(table),
    ),
  );
  return Item as ApiKeyRecord | undefined;
}
