// The operators' entry for an API key, under its org: what the key is for, and where it is; its status is on the key.
import type { ApiKeyRecord } from '../functions/access/api-key.ts';
import { apiKeyEntryKey, type Key } from '../functions/dynamodb/keys.ts';

export interface ApiKeyEntry extends Omit<ApiKeyRecord, 'status'> {
  readonly secretHash: string;
  /** The last four characters of the key, so that its holder can be asked "is it the one that ends in …?" */
  readonly hint: string;
  readonly name?: string;
  /** RFC 3339, UTC, with milliseconds. */
  readonly createdAt: string;
}

export function apiKeyEntryItem(entry: ApiKeyEntry): Key & ApiKeyEntry {
  return { ...apiKeyEntryKey(entry.orgId, entry.keyId), ...entry };
}
