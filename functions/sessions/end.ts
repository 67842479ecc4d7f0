// Ends a session. A second end changes nothing.
import type { Table } from '../dynamodb/table.ts';
import type { Session, SessionAddress } from './session.ts';
import { isOpen, liveSession, parseSessionItem, sessionKey, sessionNow } from './session-item.ts';

export interface EndSession {
  readonly address: SessionAddress;
  readonly requestId: string;
  readonly nowMs: number;
  /** When the ended session expires, in epoch seconds; `undefined` to keep it. */
  readonly expiresAt: number | undefined;
}

export type EndOutcome =
  | { readonly outcome: 'ended' | 'already_ended'; readonly session: Session }
  | { readonly outcome: 'not_found' };

/** One write unit for an item below 1 KB. An archived session is not changed. */
export async function endSession(table: Table, end: EndSession): Promise<EndOutcome> {
  const { address, requestId, nowMs, expiresAt } = end;
  const update = await table.update(
    sessionKey(address),
    {
      set: { status: 'ended', endedAt: new Date(nowMs).toISOString(), endRequestId: requestId, expiresAt },
      remove: expiresAt === undefined ? ['expiresAt'] : [],
    },
    // False for an item that does not exist, so an update never creates one.
    isOpen(nowMs),
  );
  if (update.written) {
    const stored = parseSessionItem(update.item);
    return stored.status === 'deleted'
      ? { outcome: 'not_found' }
      : { outcome: 'ended', session: sessionNow(stored) };
  }
  const stored = liveSession(update.stored, nowMs);
  if (stored === undefined) {
    return { outcome: 'not_found' };
  }
  // The adapter may have sent this request's own update twice.
  const outcome = stored.endRequestId === requestId ? 'ended' : 'already_ended';
  return { outcome, session: sessionNow(stored) };
}
