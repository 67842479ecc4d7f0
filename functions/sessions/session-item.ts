// A session as an item of the table: the attributes that its key does not contain, and the changes since its start.
import { hash } from 'node:crypto';
import { absent, all, any, type Condition, compare, present } from '../dynamodb/condition.ts';
import {
  DamagedItem,
  flag,
  type Key,
  number,
  oneOf,
  optionalNumber,
  optionalText,
  orgPartition,
  text,
} from '../dynamodb/item.ts';
import type { Item, Table } from '../dynamodb/table.ts';
import { shardPartition } from '../personas/persona.ts';
import { sessionsByUser } from '../routes.ts';
import {
  formatSessionId,
  type Metadata,
  type Session,
  type SessionAddress,
  type SessionStatus,
} from './session.ts';

/**
 * Absent counters and times have their values at the start, or the time of the end. The values that the start was
 * answered with are never overwritten, so that a replay gets the same answer.
 */
export interface StoredSession {
  readonly address: SessionAddress;
  readonly userId: string;
  /** At the start, as is the metadata. */
  readonly title: string;
  readonly metadata?: Metadata | undefined;
  readonly changedTitle?: string | undefined;
  readonly changedMetadata?: Metadata | undefined;
  readonly status: 'active' | 'ended';
  /** While it is true, the session's status is `archived`; afterwards the stored status applies again. */
  readonly archived: boolean;
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
  /** The number of the last turn that was recorded; absent before the first. */
  readonly turn?: number | undefined;
  /** The figures of that turn, and the request that recorded it. */
  readonly turnFigures?: string | undefined;
  readonly turnRequestId?: string | undefined;
  readonly endedAt?: string | undefined;
  readonly endRequestId?: string | undefined;
  /** Epoch seconds: from then on the session does not exist for callers, whether or not TTL has removed it. */
  readonly expiresAt?: number | undefined;
}

/** Replaces a deleted session until no retry can start it again. It keeps the key, and none of the content. */
export interface Tombstone {
  readonly address: SessionAddress;
  readonly status: 'deleted';
  readonly deleteRequestId: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

const STORED_STATUSES = ['active', 'ended', 'deleted'] as const;

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

/** @returns `undefined` for a key that is not that of a session. */
export function sessionAddressOf({ pk, sk }: Key): SessionAddress | undefined {
  const [, orgId, personaId, shard = '0'] = PARTITION.exec(pk) ?? [];
  const [, workspaceId, ulid] = SORT_KEY.exec(sk) ?? [];
  return orgId !== undefined && personaId !== undefined && workspaceId !== undefined && ulid !== undefined
    ? { orgId, workspaceId, personaId, shard: Number(shard), ulid }
    : undefined;
}

export interface UserScope {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
}

/** Contains the user as a hash, since a user id may contain any printable character. */
export function userPartition({ orgId, workspaceId, userId }: UserScope): string {
  const user = hash('sha256', ['user', orgId, workspaceId, userId].join('\n'), 'base64url').slice(0, 22);
  return `${orgPartition(orgId)}#WS#${workspaceId}#USER#${user}`;
}

/** The attributes that place a session in the index of sessions by user. */
export function userIndexKey(scope: UserScope, ulid: string) {
  return { [sessionsByUser.partitionAttribute]: userPartition(scope), [sessionsByUser.sortAttribute]: ulid };
}

/** @throws DamagedItem */
export function parseSessionItem(item: Item): StoredSession | Tombstone {
  const address = sessionAddressOf(item);
  if (address === undefined) {
    throw new DamagedItem(item, 'pk or sk', "a session's");
  }
  const status = oneOf(item, 'status', STORED_STATUSES);
  if (status === 'deleted') {
    const deleteRequestId = text(item, 'deleteRequestId');
    return { address, status, deleteRequestId, expiresAt: number(item, 'expiresAt') };
  }
  return {
    address,
    status,
    userId: text(item, 'userId'),
    title: text(item, 'title'),
    metadata: optionalMetadata(item, 'metadata'),
    changedTitle: optionalText(item, 'changedTitle'),
    changedMetadata: optionalMetadata(item, 'changedMetadata'),
    archived: flag(item, 'archived'),
    startedAt: text(item, 'startedAt'),
    startRequestId: text(item, 'startRequestId'),
    payloadFingerprint: optionalText(item, 'payloadFingerprint'),
    messageCount: optionalNumber(item, 'messageCount'),
    inputTokens: optionalNumber(item, 'inputTokens'),
    outputTokens: optionalNumber(item, 'outputTokens'),
    costUsdMicros: optionalNumber(item, 'costUsdMicros'),
    lastActiveAt: optionalText(item, 'lastActiveAt'),
    turn: optionalNumber(item, 'turn'),
    turnFigures: optionalText(item, 'turnFigures'),
    turnRequestId: optionalText(item, 'turnRequestId'),
    endedAt: optionalText(item, 'endedAt'),
    endRequestId: optionalText(item, 'endRequestId'),
    expiresAt: optionalNumber(item, 'expiresAt'),
  };
}

/** TTL removes items up to days late, so the expiry of a session is checked on every read. */
export function isLive(stored: StoredSession | Tombstone, nowMs: number): stored is StoredSession {
  return stored.status !== 'deleted' && (stored.expiresAt === undefined || stored.expiresAt * 1000 > nowMs);
}

/** {@link isLive} as a condition, which is false for an item that does not exist. */
export function exists(nowMs: number): Condition {
  return all(present('pk'), compare('status', '<>', 'deleted'), notExpired(nowMs));
}

/** Neither ended nor archived. */
export function isOpen(nowMs: number): Condition {
  return all(compare('status', '=', 'active'), absent('archived'), notExpired(nowMs));
}

/**
 * A filter for a query over sessions.
 * @param status `undefined` for all sessions that are not archived
 */
export function isListedAs(status: SessionStatus | undefined, nowMs: number): Condition {
  const isArchived = status === 'archived' ? present('archived') : absent('archived');
  const hasStatus =
    status === 'active' || status === 'ended'
      ? compare('status', '=', status)
      : compare('status', '<>', 'deleted');
  return all(isArchived, hasStatus, notExpired(nowMs));
}

function notExpired(nowMs: number): Condition {
  return any(absent('expiresAt'), compare('expiresAt', '>', Math.floor(nowMs / 1000)));
}

/**
 * One read unit, strongly consistent: a session can be read as soon as it is started.
 * @returns `undefined` for a session that does not exist, was deleted, or has expired.
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

/** The session as its start was answered, without any later change. */
export function sessionAtStart({
  address,
  userId,
  title,
  startedAt,
  metadata,
}: Pick<StoredSession, 'address' | 'userId' | 'title' | 'startedAt' | 'metadata'>): Session {
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
    ...(metadata && { metadata }),
  };
}

export function sessionNow(stored: StoredSession): Session {
  const { changedTitle, changedMetadata } = stored;
  const start = sessionAtStart({
    ...stored,
    title: changedTitle ?? stored.title,
    metadata: changedMetadata ?? stored.metadata,
  });
  return {
    ...start,
    status: stored.archived ? 'archived' : stored.status,
    messageCount: stored.messageCount ?? 0,
    inputTokens: stored.inputTokens ?? 0,
    outputTokens: stored.outputTokens ?? 0,
    costUsdMicros: stored.costUsdMicros ?? 0,
    lastActiveAt: latest(start.lastActiveAt, stored.lastActiveAt, stored.endedAt),
    endedAt: stored.endedAt ?? '',
  };
}

/** Timestamps of one form sort as strings. The clocks of functions differ, and the last activity must not go back. */
function latest(...timestamps: (string | undefined)[]): string {
  return timestamps.reduce<string>((last, at = '') => (at > last ? at : last), '');
}

/** Stored as JSON, so that keys of a caller never become attribute names. */
function optionalMetadata(item: Item, attribute: string): Metadata | undefined {
  const json = optionalText(item, attribute);
  if (json === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(json);
  } catch {
    throw new DamagedItem(item, attribute, 'JSON');
  }
}
