// Lists an org's API keys, newest first, with purpose and status, never the key itself.
import { apiKeyState } from '../functions/access/api-key.ts';
import { apiKeyKey, parseApiKey } from '../functions/access/find-api-key.ts';
import { optionalText, orgPartition } from '../functions/dynamodb/item.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { API_KEY_ENTRY_PREFIX, type ApiKeyEntry, parseApiKeyEntry } from './api-key-entry.ts';
import { readPages } from './read-pages.ts';

export interface ListedApiKey extends Omit<ApiKeyEntry, 'secretHash'> {
  /** `unfinished`: issuing was interrupted. The key does not work, and was shown to nobody. */
  readonly status: 'active' | 'revoked' | 'expired' | 'unfinished';
  /** RFC 3339, UTC, with milliseconds. */
  readonly revokedOn?: string | undefined;
}

/** Keys read concurrently: the number of connections that the SDK opens. */
const PAGE_SIZE = 50;

export async function listApiKeys(
  table: Table,
  orgId: string,
  now: Date = new Date(),
): Promise<ListedApiKey[]> {
  const keys: ListedApiKey[] = [];
  const entries = {
    partition: orgPartition(orgId),
    sortKeyPrefix: API_KEY_ENTRY_PREFIX,
    order: 'descending',
    limit: PAGE_SIZE,
  } as const;
  for await (const items of readPages(table, entries)) {
    keys.push(...(await Promise.all(items.map((item) => listedApiKey(table, parseApiKeyEntry(item), now)))));
  }
  return keys;
}

export async function listedApiKey(
  table: Table,
  { secretHash, ...entry }: ApiKeyEntry,
  now: Date,
): Promise<ListedApiKey> {
  const item = await table.get(apiKeyKey(secretHash));
  return {
    ...entry,
    status: item === undefined ? 'unfinished' : apiKeyState(parseApiKey(item), now.getTime()),
    revokedOn: item && optionalText(item, 'revokedOn'),
  };
}
