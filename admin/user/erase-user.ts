// Erases a user: the API keys first, so that no further session is started with them, then the sessions.
//
// Each step can be done again: after a crash the same command finds what is left.
import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { apiKeyKey } from '../../functions/access/find-api-key.ts';
import { DamagedItem, type Key } from '../../functions/dynamodb/item.ts';
import { deleteSession } from '../../functions/sessions/delete.ts';
import type { SessionAddress } from '../../functions/sessions/session.ts';
import { sessionAddressOf, sessionKey } from '../../functions/sessions/session-item.ts';
import { type ApiKeyEntry, apiKeyEntryKey } from '../api-key-entry.ts';
import type { Pace } from './read-paced.ts';
import { readApiKeys, readSessions, type Tables, type User } from './user.ts';

export interface Erasure {
  /** Nothing is removed. */
  readonly dryRun: boolean;
  /** The database's time, as of its latest answer. */
  readonly now: () => Date;
}

export interface Erased {
  readonly sessions: number;
  /** Their ids. */
  readonly apiKeys: readonly string[];
}

export class UnfinishedErase extends Error {
  override readonly name = 'UnfinishedErase';

  constructor({ sessions, apiKeys }: Erased, cause: unknown) {
    super(
      `The erase is not finished: ${sessions} sessions and ${apiKeys.length} API keys were removed so far, and stay so. Give the same command again; it goes on with the rest.`,
      { cause },
    );
  }
}

/** @throws UnfinishedErase when only a part was removed */
export async function eraseUser(
  tables: Tables,
  user: User,
  how: 'index' | 'scan',
  pace: Pace,
  { dryRun, now }: Erasure,
): Promise<Erased> {
  const apiKeys: string[] = [];
  let sessions = 0;
  try {
    for await (const entry of readApiKeys(tables.table, user)) {
      if (!dryRun) {
        await eraseApiKey(tables, entry);
      }
      apiKeys.push(entry.keyId);
    }
    for await (const items of readSessions(tables, user, how, pace)) {
      for (const item of items) {
        const address = sessionAddressOf(item);
        if (address === undefined) {
          throw new DamagedItem(item, 'pk or sk', "a session's");
        }
        if (!dryRun) {
          await eraseSession(tables, address, user.userId, now().getTime());
        }
        sessions += 1;
      }
    }
    return { sessions, apiKeys };
  } catch (error) {
    throw dryRun ? error : new UnfinishedErase({ sessions, apiKeys }, error);
  }
}

/** The key before its entry, by which it is found again. */
async function eraseApiKey(tables: Tables, { orgId, keyId, secretHash }: ApiKeyEntry): Promise<void> {
  await deleteItem(tables, apiKeyKey(secretHash));
  await deleteItem(tables, apiKeyEntryKey(orgId, keyId));
}

/**
 * As the API deletes it: a tombstone, which holds nothing of the user, keeps a retry of the start from bringing the session
 * back. An expired session needs none, since its idempotency key is refused by then.
 */
async function eraseSession(
  tables: Tables,
  address: SessionAddress,
  userId: string,
  nowMs: number,
): Promise<void> {
  const requestId = `erase-${randomUUID()}`;
  const { outcome } = await deleteSession(tables.table, { address, requestId, nowMs });
  if (outcome === 'not_found') {
    await deleteItem(tables, sessionKey(address), userId);
  }
}

/** @param userId of whom the item must be */
async function deleteItem({ name, client }: Tables, { pk, sk }: Key, userId?: string): Promise<void> {
  try {
    await client.send(
      new DeleteCommand({
        TableName: name,
        Key: { pk, sk },
        ...(userId === undefined
          ? {}
          : { ConditionExpression: 'userId = :user', ExpressionAttributeValues: { ':user': userId } }),
      }),
    );
  } catch (error) {
    // It has become a tombstone meanwhile, or is gone.
    if (!(error instanceof ConditionalCheckFailedException)) {
      throw error;
    }
  }
}
