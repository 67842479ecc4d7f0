// How a session lies in the table: only what its keys don't say already, and only what has changed since its start.

import { type Key, sessionKey } from '../dynamodb/keys.ts';
import type { Session, SessionStart, SessionStatus } from './session.ts';
import { startedSession } from './session.ts';

export interface SessionItem extends Key {
  readonly userId: string;
  readonly title: string;
  readonly status: SessionStatus;
  readonly startedAt: string;
  /** The request that wrote the item, so that its own retried write is known again. */
  readonly startRequestId: string;
  /** Present when the start carried an idempotency key. */
  readonly payloadFingerprint?: string;
  /** Absent while they follow from the others: the values at the start, and at the end the time of the end. */
  readonly messageCount?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly costUsdMicros?: number;
  readonly lastActiveAt?: string;
  readonly endedAt?: string;
  readonly endRequestId?: string;
  /** Epoch seconds: from then on the session is gone, whether or not it was removed yet. */
  readonly expiresAt?: number;
}

/** What is left of a deleted session until no retry can bring it back: its key, and nothing that it held. */
export interface DeletedSessionItem extends Key {
  readonly status: 'deleted';
  readonly deleteRequestId: string;
  readonly expiresAt: number;
}

export type StoredItem = SessionItem | DeletedSessionItem;

export interface NewSessionItem {
  readonly start: SessionStart;
  readonly requestId: string;
  readonly payloadFingerprint?: string;
  readonly expiresAt?: number;
}

export function newSessionItem({
  start,
  requestId,
  payloadFingerprint,
  expiresAt,
}: NewSessionItem): SessionItem {
  return {
    ...sessionKey(start),
    userId: start.userId,
    title: start.title,
    status: 'active',
    startedAt: start.startedAt,
    startRequestId: requestId,
    ...(payloadFingerprint === undefined ? {} : { payloadFingerprint }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** Where a session lies; with the item, the whole session. */
export interface SessionPlace {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly personaId: string;
  readonly shard: number;
  readonly ulid: string;
}

/** TTL deletes late, so an expired item is gone the moment it expires. */
export function isLive(item: StoredItem, nowMs: number): item is SessionItem {
  return item.status !== 'deleted' && (item.expiresAt === undefined || item.expiresAt * 1000 > nowMs);
}

/** The session as its start answered it, however far it has moved on since. */
export function sessionAtStart(place: SessionPlace, item: SessionItem): Session {
  const { orgId, workspaceId, personaId, shard, ulid } = place;
  const { userId, title, startedAt } = item;
  return startedSession({ orgId, workspaceId, personaId, userId, shard, ulid, title, startedAt });
}

export function sessionNow(place: SessionPlace, item: SessionItem): Session {
  const start = sessionAtStart(place, item);
  return {
    ...start,
    status: item.status,
    messageCount: item.messageCount ?? start.messageCount,
    inputTokens: item.inputTokens ?? start.inputTokens,
    outputTokens: item.outputTokens ?? start.outputTokens,
    costUsdMicros: item.costUsdMicros ?? start.costUsdMicros,
    lastActiveAt: item.lastActiveAt ?? item.endedAt ?? start.lastActiveAt,
    endedAt: item.endedAt ?? start.endedAt,
  };
}
