// Changes the title, the metadata or the archived flag of a session; the last writer wins, field by field.
import type { Table } from '../dynamodb/table.ts';
import { type Metadata, metadataText, type Session, type SessionAddress } from './session.ts';
import { exists, parseSessionItem, sessionKey, sessionNow } from './session-item.ts';

/** Absent fields stay as they are. */
export interface SessionChanges {
  readonly title?: string | undefined;
  /** Replaces the metadata as a whole. */
  readonly metadata?: Metadata | undefined;
  readonly archived?: boolean | undefined;
}

export type UpdateOutcome =
  | { readonly outcome: 'updated'; readonly session: Session }
  | { readonly outcome: 'not_found' };

/** One write unit for an item below 1 KB. */
export async function updateSession(
  table: Table,
  address: SessionAddress,
  { title, metadata, archived }: SessionChanges,
  nowMs: number,
): Promise<UpdateOutcome> {
  const update = await table.update(
    sessionKey(address),
    {
      set: {
        changedTitle: title,
        changedMetadata: metadata && metadataText(metadata),
        ...(archived && { archived }),
      },
      remove: archived === false ? ['archived'] : [],
    },
    // False for an item that does not exist and for a tombstone, so an update never creates a session.
    exists(nowMs),
  );
  const stored = update.written ? parseSessionItem(update.item) : undefined;
  return stored === undefined || stored.status === 'deleted'
    ? { outcome: 'not_found' }
    : { outcome: 'updated', session: sessionNow(stored) };
}
