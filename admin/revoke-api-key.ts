// Revokes an API key for good.
import { apiKeyKey } from '../functions/access/find-api-key.ts';
import { absent } from '../functions/dynamodb/condition.ts';
import { optionalText } from '../functions/dynamodb/item.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { apiKeyEntryKey, apiKeyRecordOf, parseApiKeyEntry } from './api-key-entry.ts';
import { Refused } from './refused.ts';

export interface RevokedApiKey {
  readonly keyId: string;
  readonly orgId: string;
  /** RFC 3339: the first time it was revoked. */
  readonly revokedOn: string;
  readonly alreadyRevoked: boolean;
}

/**
 * Also revokes a key whose issuing was interrupted or is in progress, so that it cannot become active afterwards.
 * @throws Refused when the org has no such key
 */
export async function revokeApiKey(
  table: Table,
  { orgId, keyId }: { readonly orgId: string; readonly keyId: string },
  now: Date = new Date(),
): Promise<RevokedApiKey> {
  const entryItem = await table.get(apiKeyEntryKey(orgId, keyId));
  if (entryItem === undefined) {
    throw new Refused(
      `Org ${orgId} has no API key ${keyId}. Check --key-id and --org; "key list --org ${orgId}" shows its keys.`,
    );
  }
  const entry = parseApiKeyEntry(entryItem);
  const key = apiKeyKey(entry.secretHash);
  const at = now.toISOString();
  const update = await table.update(
    key,
    { set: { ...apiKeyRecordOf(entry), status: 'revoked', revokedOn: at } },
    absent('revokedOn'),
  );
  const stored = update.written ? update.item : (update.stored ?? (await table.get(key)));
  const revokedOn = (stored && optionalText(stored, 'revokedOn')) ?? at;
  // A write is retried when its response was lost, so the stored revocation may be this one.
  return { orgId, keyId, revokedOn, alreadyRevoked: revokedOn !== at };
}
