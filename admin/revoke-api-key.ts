// Revokes an API key for good.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { apiKeyEntryKey, apiKeyKey } from '../functions/dynamodb/keys.ts';
import { callOptions, reach, type Table } from '../functions/dynamodb/table.ts';
import type { ApiKeyEntry } from './api-key-entry.ts';
import { readItem } from './put-new-item.ts';
import { Refused } from './refused.ts';

export interface RevokedApiKey {
  readonly keyId: string;
  readonly orgId: string;
  /** RFC 3339: the first time it was revoked. */
  readonly revokedOn: string;
  readonly alreadyRevoked: boolean;
}

/**
 * Also marks a key whose issuing was interrupted, or is still under way, so that it can't come to life afterwards.
 * @throws Refused when the org has no such key
 */
export async function revokeApiKey(
  table: Table,
  { orgId, keyId }: { readonly orgId: string; readonly keyId: string },
  now: Date = new Date(),
): Promise<RevokedApiKey> {
  const entry = (await readItem(table, apiKeyEntryKey(orgId, keyId))) as ApiKeyEntry | undefined;
  if (entry === undefined) {
    throw new Refused(
      `Org ${orgId} has no API key ${keyId}. Check --key-id and --org; "key list --org ${orgId}" shows its keys.`,
    );
  }
  const at = now.toISOString();
  const { Attributes: before } = await reach(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: apiKeyKey(entry.secretHash),
        UpdateExpression:
          'SET #status = :revoked, revokedOn = if_not_exists(revokedOn, :at), keyId = :keyId, orgId = :orgId',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':revoked': 'revoked', ':at': at, ':keyId': keyId, ':orgId': orgId },
        ReturnValues: 'ALL_OLD',
      }),
      callOptions(table),
    ),
  );
  const revokedOn: string = before?.revokedOn ?? at;
  return { orgId, keyId, revokedOn, alreadyRevoked: revokedOn !== at };
}
