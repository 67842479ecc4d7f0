// Lists an org's API keys, newest first: what each is for and whether it works, never the key itself.
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { type ApiKeyRecord, apiKeyState } from '../functions/access/api-key.ts';
import { getApiKey } from '../functions/access/get-api-key.ts';
import { API_KEY_ENTRY_PREFIX, orgPartition } from '../functions/dynamodb/keys.ts';
import { reach, type Table } from '../functions/dynamodb/table.ts';
import type { ApiKeyEntry } from './api-key-entry.ts';

export interface ListedApiKey {
  readonly keyId: string;
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly environment: ApiKeyEntry['environment'];
  readonly hint: string;
  readonly name?: string;
  readonly createdAt: string;
  readonly expiresOn?: string;
  readonly requestsPerMinute?: number;
  /** `unfinished`: issuing was interrupted; nobody holds the key and it does not work. */
  readonly status: 'active' | 'revoked' | 'expired' | 'unfinished';
  readonly revokedOn?: string;
}

/** As many keys are read at a time as the SDK opens connections. */
const PAGE_SIZE = 50;

export async function listApiKeys(
  table: Table,
  orgId: string,
  now: Date = new Date(),
): Promise<ListedApiKey[]> {
  const pages = paginateQuery(
    { client: table.client, pageSize: PAGE_SIZE },
    {
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': orgPartition(orgId), ':prefix': API_KEY_ENTRY_PREFIX },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
  );
  const keys: ListedApiKey[] = [];
  for (;;) {
    const page = await reach(pages.next());
    if (page.done) {
      return keys;
    }
    const entries = (page.value.Items ?? []) as ApiKeyEntry[];
    keys.push(...(await Promise.all(entries.map((entry) => listed(table, entry, now)))));
  }
}

async function listed(table: Table, entry: ApiKeyEntry, now: Date): Promise<ListedApiKey> {
  const record: (ApiKeyRecord & { readonly revokedOn?: string }) | undefined = await getApiKey(
    table,
    entry.secretHash,
  );
  const { keyId, orgId, workspaceId, userId, scopes, environment, hint, name, createdAt, expiresOn } = entry;
  const { requestsPerMinute } = entry;
  return {
    keyId,
    orgId,
    workspaceId,
    userId,
    scopes,
    environment,
    hint,
    ...(name === undefined ? {} : { name }),
    createdAt,
    ...(expiresOn === undefined ? {} : { expiresOn }),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    status: record === undefined ? 'unfinished' : apiKeyState(record, now.getTime()),
    ...(record?.revokedOn === undefined ? {} : { revokedOn: record.revokedOn }),
  };
}
