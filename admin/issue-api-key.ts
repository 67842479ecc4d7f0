// Issues an API key. Its plaintext is returned once and stored nowhere.
import { randomBytes } from 'node:crypto';
import {
  API_KEY_RANDOM_BYTES,
  type ApiKeyEnvironment,
  formatApiKey,
  hashApiKey,
} from '../functions/access/api-key.ts';
import { apiKeyKey } from '../functions/access/find-api-key.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { encodeUlid, ULID_RANDOM_BYTES } from '../functions/sessions/ulid.ts';
import { type ApiKeyEntry, apiKeyEntryItem, apiKeyRecordOf } from './api-key-entry.ts';
import { putNewItem } from './put-new-item.ts';
import { Refused } from './refused.ts';
import type { Scope } from './scopes.ts';

export interface NewApiKey {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly scopes: readonly Scope[];
  readonly environment: ApiKeyEnvironment;
  /** RFC 3339. Absent: valid until revoked. */
  readonly expiresOn?: string | undefined;
  /** Absent: the key has no limit of its own, only that of its org. */
  readonly requestsPerMinute?: number | undefined;
  readonly name?: string | undefined;
}

export interface IssuedApiKey {
  /** The plaintext: never to be stored or logged. */
  readonly secretKey: string;
  readonly entry: ApiKeyEntry;
}

/**
 * Writes the entry before the key, so that a crash in between leaves a listed key that does not work, never a working key
 * that is not listed.
 * @throws UnfinishedIssue when the entry was written, and the key may not have been
 */
export async function issueApiKey(
  table: Table,
  key: NewApiKey,
  now: Date = new Date(),
): Promise<IssuedApiKey> {
  const secretKey = formatApiKey(key.environment, randomBytes(API_KEY_RANDOM_BYTES));
  const keyId = `key_${encodeUlid(now.getTime(), randomBytes(ULID_RANDOM_BYTES))}`;
  const entry: ApiKeyEntry = {
    keyId,
    ...key,
    secretHash: hashApiKey(secretKey),
    hint: secretKey.slice(-4),
    createdAt: now.toISOString(),
  };
  await writeEntry(table, entry);
  try {
    await writeKey(table, entry);
  } catch (error) {
    throw new UnfinishedIssue(entry, error);
  }
  return { secretKey, entry };
}

/** The plaintext was not shown, so the key is of no use even if it was written. */
export class UnfinishedIssue extends Error {
  override readonly name = 'UnfinishedIssue';

  constructor({ orgId, keyId }: ApiKeyEntry, cause: unknown) {
    super(
      `The key ${keyId} was not finished and nobody has seen it. Issue another one, and end this one with "key revoke --org ${orgId} --key-id ${keyId}".`,
      { cause },
    );
  }
}

async function writeEntry(table: Table, entry: ApiKeyEntry): Promise<void> {
  const stored = await putNewItem(table, apiKeyEntryItem(entry));
  if (stored.secretHash !== entry.secretHash) {
    throw new Refused(`The key id ${entry.keyId} is taken. Nothing was changed; issue the key again.`);
  }
}

async function writeKey(table: Table, entry: ApiKeyEntry): Promise<void> {
  const record = apiKeyRecordOf(entry);
  const stored = await putNewItem(table, { ...apiKeyKey(entry.secretHash), ...record });
  if (stored.keyId !== record.keyId || stored.status !== record.status) {
    throw new Refused('The key was revoked while it was being issued.');
  }
}
