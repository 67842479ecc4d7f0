// A session as an item of the table: what its key doesn't say already, and only what has changed since its start.
import { absent, all, any, type Condition, compare } from '../dynamodb/condition.ts';
import { DamagedItem, number, oneOf, optionalNumber, optionalText, text } from '../dynamodb/item.ts';
import type { Key } from '../dynamodb/key.ts';
import type { Item, Table } from '../dynamodb/table.ts';
import { shardPartition } from '../personas/persona.ts';
import { formatSessionId, SESSION_STATUSES, type Session, type SessionAddress } from './session.ts';

/** Counters and times that are absent follow from the others: the values at the start, and at the end the time of the end. */
export interface StoredSession {
  readonly address: SessionAddress;
  readonly userId: string;
  readonly title: string;
  readonly status: Session['status'];
  readonly startedAt: string;
  /** The request that wrote the item, by which its own retried write is recognised. */
  readonly startRequestId: string;
  /** Present when the start carried an idempotency key. */
  readonly payloadFingerprint?: string | undefined;
  readonly messageCount?: number | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly costUsdMicros?: number | undefined;
  readonly lastActiveAt?: string | undefined;
  readonly endedAt?: string | undefined;
  readonly endRequestId?: string | undefined;
  /** Epoch seconds: from then on the session is gone, whether or not TTL has removed it. */
  readonly expiresAt?: number | undefined;
}

/** What stays of a deleted session until no retry can start it again: its key, and nothing that it held. */
export interface Tombstone {
  readonly address: SessionAddress;
  readonly status: 'deleted';
  readonly deleteRequestId: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

const STATUSES = [...SESSION_STATUSES, 'deleted'] as const;

export function sessionKey(address: SessionAddress): Key {
  return {
    pk: shardPartition(address.orgId, address.personaId, address.shard),
    sk: sessionSortKeyPrefix(address.workspaceId) + address.ulid,
  };
}

export function sessionSortKeyPrefix(workspaceId: string): string {
  return `WS#${workspaceId}#SESSION#`;
}

const PARTITION = /^ORG#([^#]+)#PERSONA#([^#]+?)(?:#([1-9][0-9]?))?$/;
const SORT_KEY = /^WS#([^#]+)#SESSION#([^#]+)$/;

/** @returns `undefined` for the key of anything but a session. */
export function sessionAddressOf({ pk, sk }: Key): SessionAddress | undefined {
  const [, orgId, personaId, shard = '0'] = PARTITION.exec(pk) ?? [];
  const [, workspaceId, ulid] = SORT_KEY.exec(sk) ?? [];
  return orgId !== undefined && personaId !== undefined && workspaceId !== undefined && ulid !== undefined
    ? { orgId, workspaceId, personaId, shard: Number(shard), ulid }
    : undefined;
}

/** @throws DamagedItem */
export function parseSessionItem(item: Item): StoredSession | Tombstone {
  const address = sessionAddressOf(item);
  if (address === undefined) {
    throw new DamagedItem(item, 'pk or sk', "a session's");
  }
  const status = oneOf(item, 'status', STATUSES);
  if (status === 'deleted') {
    const deleteRequestId = text(item, 'deleteRequestId');
    return { address, status, deleteRequestId, expiresAt: number(item, 'expiresAt') };
  }
  return {
    address,
    status,
    userId: text(item, 'userId'),
    title: text(item, 'title'),
    startedAt: text(item, 'startedAt'),
    startRequestId: text(item, 'startRequestId'),
    payloadFingerprint: optionalText(item, 'payloadFingerprint'),
    messageCount: optionalNumber(item, 'messageCount'),
    inputTokens: optionalNumber(item, 'inputTokens'),
    outputTokens: optionalNumber(item, 'outputTokens'),
    costUsdMicros: optionalNumber(item, 'costUsdMicros'),
    lastActiveAt: optionalText(item, 'lastActiveAt'),
    endedAt: optionalText(item, 'endedAt'),
    endRequestId: optionalText(item, 'endRequestId'),
    expiresAt: optionalNumber(item, 'expiresAt'),
  };
}

/** TTL removes items up to days late, so a session is gone from the moment that it expires. */
export function isLive(stored: StoredSession | Tombstone, nowMs: number): stored is StoredSession {
  return stored.status !== 'deleted' && (stored.expiresAt === undefined || stored.expiresAt * 1000 > nowMs);
}

/** The same as a condition; of the status, ask beside it. */
export function notExpired(nowMs: number): Condition {
  return any(absent('expiresAt'), compare('expiresAt', '>', Math.floor(nowMs / 1000)));
}

export function hasStatus(status: Session['status'], nowMs: number): Condition {
  return all(compare('status', '=', status), notExpired(nowMs));
}

/**
 * One read unit, strongly consistent: a session can be read from the moment that it was started.
 * @returns `undefined` for a session that never was, was deleted, or has expired.
 */
export async function getSession(
  table: Table,
  address: SessionAddress,
  nowMs: number,
): Promise<StoredSession | undefined> {
  const item = await table.get(sessionKey(address));
  return item && liveSession(item, nowMs);
}

export function liveSession(item: Item | undefined, nowMs: number): StoredSession | undefined {
  const stored = item && parseSessionItem(item);
  return stored !== undefined && isLive(stored, nowMs) ? stored : undefined;
}

/** The session as its start answered it, however far it has moved on since. */
export function sessionAtStart({
  address,
  userId,
  title,
  startedAt,
}: Pick<StoredSession, 'address' | 'userId' | 'title' | 'startedAt'>): Session {
  return {
    sessionId: formatSessionId(address),
    orgId: address.orgId,
    workspaceId: address.workspaceId,
    personaId: address.personaId,
    userId,
    title,
    status: 'active',
    messageCount: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsdMicros: 0,
    startedAt,
    lastActiveAt: startedAt,
    endedAt: '',
  };
}

export function sessionNow(stored: StoredSession): Session {
  const start = sessionAtStart(stored);
  return {
    ...start,
    status: stored.status,
    messageCount: stored.messageCount ?? 0,
    inputTokens: stored.inputTokens ?? 0,
    outputTokens: stored.outputTokens ?? 0,
    costUsdMicros: stored.costUsdMicros ?? 0,
    lastActiveAt: stored.lastActiveAt ?? stored.endedAt ?? start.lastActiveAt,
    endedAt: stored.endedAt ?? '',
  };
}
