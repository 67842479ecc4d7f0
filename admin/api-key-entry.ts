// The entry of an API key under its org, for operators: its purpose and the hash of the key. The status is stored with the key.
import type { ApiKeyRecord } from '../functions/access/api-key.ts';
import { parseApiKey } from '../functions/access/find-api-key.ts';
import { type Key, optionalText, orgPartition, text } from '../functions/dynamodb/item.ts';
import type { Item } from '../functions/dynamodb/table.ts';

export interface ApiKeyEntry extends Omit<ApiKeyRecord, 'status'> {
  readonly secretHash: string;
  /** The last four characters of the key, so that its holder can be asked "is it the one that ends in …?" */
  readonly hint: string;
  readonly name?: string | undefined;
  /** RFC 3339, UTC, with milliseconds. */
  readonly createdAt: string;
}

export const API_KEY_ENTRY_PREFIX = 'APIKEY#';

/** A separate item under the org, since the item of the key can only be found by the hash. */
export function apiKeyEntryKey(orgId: string, keyId: string): Key {
  return { pk: orgPartition(orgId), sk: API_KEY_ENTRY_PREFIX + keyId };
}

export function apiKeyEntryItem(entry: ApiKeyEntry): Item {
  return { ...apiKeyEntryKey(entry.orgId, entry.keyId), ...entry };
}

/** @throws DamagedItem */
export function parseApiKeyEntry(item: Item): ApiKeyEntry {
  const { status: _, ...grant } = parseApiKey({ ...item, status: 'active' });
  return {
    ...grant,
    secretHash: text(item, 'secretHash'),
    hint: text(item, 'hint'),
    name: optionalText(item, 'name'),
    createdAt: text(item, 'createdAt'),
  };
}

/** The item of the key while it is active. */
export function apiKeyRecordOf(entry: ApiKeyEntry): ApiKeyRecord {
  const { secretHash: _secretHash, hint: _hint, name: _name, createdAt: _createdAt, ...grant } = entry;
  return { ...grant, status: 'active' };
}
