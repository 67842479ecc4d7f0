// Deletes a session: a tombstone replaces it, so that no retry of its start can create it again.
import type { Table } from '../dynamodb/table.ts';
import { tombstoneExpiresAt } from './expiry.ts';
import type { SessionAddress } from './session.ts';
import { exists, parseSessionItem, sessionKey } from './session-item.ts';

export interface DeleteSession {
  readonly address: SessionAddress;
  readonly requestId: string;
  readonly nowMs: number;
}

export type DeleteOutcome = { readonly outcome: 'deleted' | 'not_found' };

/** One write unit for an item below 1 KB. */
export async function deleteSession(
  table: Table,
  { address, requestId, nowMs }: DeleteSession,
): Promise<DeleteOutcome> {
  const put = await table.put(
    {
      ...sessionKey(address),
      status: 'deleted',
      deleteRequestId: requestId,
      expiresAt: tombstoneExpiresAt(address.ulid, nowMs),
    },
    exists(nowMs),
  );
  if (put.written) {
    return { outcome: 'deleted' };
  }
  const stored = put.stored && parseSessionItem(put.stored);
  // The adapter may have sent this request's own write twice.
  const isOwn = stored?.status === 'deleted' && stored.deleteRequestId === requestId;
  return { outcome: isOwn ? 'deleted' : 'not_found' };
}
