// A session as an item of the table: what its key doesn't say already, and only what has changed since its start.
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
 * Counters and times that are absent follow from the others: the values at the start, and at the end the time of the
 * end. What the start was answered is never overwritten, so that its replay can answer the same.
 */
export interface StoredSession {
  readonly address: SessionAddress;
  readonly userId: string;
  /** As at the start, as is the metadata. */
  readonly title: string;
  readonly metadata?: Metadata | undefined;
  readonly changedTitle?: string | undefined;
  readonly changedMetadata?: Metadata | undefined;
  readonly status: 'active' | 'ended';
  /** Hides the status, and gives it back. */
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

/** @returns `undefined` for the key of anything but a session. */
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

/** The tenant is in the key, and the user only as a hash, since a user id may hold any printable character. */
export function userPartition({ orgId, workspaceId, userId }: UserScope): string {
  const user = hash('sha256', ['user', orgId, workspaceId, userId].join('\n'), 'base64url').slice(0, 22);
  return `${orgPartition(orgId)}#WS#${workspaceId}#USER#${user}`;
}

/** A session is in the index of sessions by user when it holds these attributes; a table without the index pays nothing. */
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

/** TTL removes items up to days late, so a session is gone from the moment that it expires. */
export function isLive(stored: StoredSession | Tombstone, nowMs: number): stored is StoredSession {
  return stored.status !== 'deleted' && (stored.expiresAt === undefined || stored.expiresAt * 1000 > nowMs);
}

/** The same as a condition, also for an item that does not exist. */
export function exists(nowMs: number): Condition {
  return all(present('pk'), compare('status', '<>', 'deleted'), notExpired(nowMs));
}

/** Neither ended nor archived. */
export function isOpen(nowMs: number): Condition {
  return all(compare('status', '=', 'active'), absent('archived'), notExpired(nowMs));
}

/**
 * As a filter of a query over sessions.
 * @param status absent: all but the archived
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

/** Timestamps of one form sort as texts. Functions' clocks differ, and activity never goes back. */
function latest(...timestamps: (string | undefined)[]): string {
  return timestamps.reduce<string>((last, at = '') => (at > last ? at : last), '');
}

/** Kept as JSON, so that no key of a caller means anything to the database. */
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
