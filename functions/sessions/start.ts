// Starts exactly one session for each intent, with a UUIDv7 as its idempotency key, another key, or none.
import { absent } from '../dynamodb/condition.ts';
import type { Table } from '../dynamodb/table.ts';
import { type FindPersona, isVisiblePersona, type ShardChange } from '../personas/persona.ts';
import { defaultTitle } from './fields.ts';
import {
  type IdempotencyKey,
  type IntentScope,
  intentHash,
  payloadFingerprint,
  ulidOfKey,
} from './idempotency-key.ts';
import { claimIntent, getIntent } from './intent.ts';
import {
  type Metadata,
  metadataText,
  type NamedAddress,
  type Session,
  type SessionAddress,
  sortedMetadata,
} from './session.ts';
import {
  getSession,
  isLive,
  parseSessionItem,
  sessionAtStart,
  sessionKey,
  userIndexKey,
} from './session-item.ts';
import { shardCount, shardCountForKey, shardOf } from './shards.ts';

import { encodeUlid } from './ulid.ts';

export interface StartIntent {
  readonly scope: IntentScope;
  /** Already trimmed and checked; absent for the default title. */
  readonly title: string | undefined;
  /** Already checked. */
  readonly metadata?: Metadata | undefined;
  readonly key: IdempotencyKey | undefined;
}

/** The values that differ between requests with the same intent. */
export interface StartRequest {
  readonly requestId: string;
  readonly nowMs: number;
  /** Ten random bytes, for the ulid of a session without a UUIDv7 key. */
  readonly random: () => Uint8Array;
  /** When the session expires if it is never used, in epoch seconds; `undefined` to keep it. */
  readonly expiresAt: number | undefined;
  /** Whether the table has the index of sessions by user, which costs another write unit. */
  readonly indexed?: boolean;
}

export type StartOutcome =
  | { readonly outcome: 'started' | 'replayed'; readonly session: Session }
  | { readonly outcome: 'persona_not_found' | 'payload_differs' | 'deleted' };

/** The address part of a new session, which is the same for every request with the same key. */
interface Slot extends Pick<NamedAddress, 'shard' | 'ulid'> {
  readonly startedAt: string;
}

/** The attributes that differ between new sessions. */
interface NewSession {
  readonly address: SessionAddress;
  readonly userId: string;
  readonly title: string;
  readonly metadata: Metadata | undefined;
  readonly startedAt: string;
  readonly payloadFingerprint: string | undefined;
}

/**
 * Half a read unit and one write unit; two write units with a key that is not a UUIDv7.
 * @param findPersona reads the persona from the table or a cache
 * @throws Outage when the database does not answer; the same intent may then be sent again.
 */
export async function startSession(
  table: Table,
  intent: StartIntent,
  request: StartRequest,
  findPersona: FindPersona,
): Promise<StartOutcome> {
  const { scope, key } = intent;
  const persona = await findPersona(table, scope.orgId, scope.personaId);
  const changes = persona?.shardChanges ?? [];
  if (!isVisiblePersona(persona, scope.workspaceId)) {
    return key === undefined
      ? { outcome: 'persona_not_found' }
      : findStarted(table, { ...intent, key }, request, changes);
  }
  const fingerprint = key && payloadFingerprint(key, intent);
  const slot = await settleSlot(table, intent, request, fingerprint, changes);
  if (slot === 'payload_differs') {
    return { outcome: slot };
  }
  const { orgId, workspaceId, userId, personaId } = scope;
  const session: NewSession = {
    address: { orgId, workspaceId, personaId, shard: slot.shard, ulid: slot.ulid },
    userId,
    title: intent.title ?? defaultTitle(persona.name),
    metadata: intent.metadata && sortedMetadata(intent.metadata),
    startedAt: slot.startedAt,
    payloadFingerprint: fingerprint,
  };
  return putSession(table, session, request);
}

/** Puts the session, unless the key has started it before. */
async function putSession(
  table: Table,
  { address, ...session }: NewSession,
  { requestId, nowMs, expiresAt, indexed }: StartRequest,
): Promise<StartOutcome> {
  const put = await table.put(
    {
      ...sessionKey(address),
      status: 'active',
      ...session,
      metadata: session.metadata && metadataText(session.metadata),
      startRequestId: requestId,
      expiresAt,
      ...(indexed && userIndexKey({ ...address, userId: session.userId }, address.ulid)),
    },
    absent('pk'),
  );
  if (put.written) {
    return { outcome: 'started', session: sessionAtStart({ address, ...session }) };
  }
  const stored = put.stored && parseSessionItem(put.stored);
  // Without a stored item: it was removed after the condition had failed.
  if (stored === undefined || !isLive(stored, nowMs)) {
    return { outcome: 'deleted' };
  }
  // The adapter may have sent this request's own write twice.
  if (stored.startRequestId === requestId) {
    return { outcome: 'started', session: sessionAtStart(stored) };
  }
  return stored.payloadFingerprint === session.payloadFingerprint
    ? { outcome: 'replayed', session: sessionAtStart(stored) }
    : { outcome: 'payload_differs' };
}

async function settleSlot(
  table: Table,
  { scope, key }: StartIntent,
  { nowMs, random }: StartRequest,
  fingerprint: string | undefined,
  changes: readonly ShardChange[],
): Promise<Slot | 'payload_differs'> {
  const startedAt = new Date(nowMs).toISOString();
  if (key?.kind === 'uuid-v7') {
    return { ...slotOfKey(scope, key, changes), startedAt };
  }
  const ulid = encodeUlid(nowMs, random());
  const slot = { ulid, shard: shardOf(ulid, shardCount(changes, nowMs)), startedAt };
  if (key === undefined || fingerprint === undefined) {
    return slot;
  }
  const address = { ...scope, intentHash: intentHash(scope, key) };
  const claimed = await claimIntent(table, address, { ...slot, payloadFingerprint: fingerprint }, nowMs);
  return claimed.payloadFingerprint === fingerprint ? claimed : 'payload_differs';
}

/** A UUIDv7 key determines the shard and ulid of its session, even after the number of shards was changed. */
function slotOfKey(
  scope: IntentScope,
  key: IdempotencyKey & { kind: 'uuid-v7' },
  changes: readonly ShardChange[],
): Omit<Slot, 'startedAt'> {
  const ulid = ulidOfKey(scope, key);
  return { ulid, shard: shardOf(ulid, shardCountForKey(changes, key.timeMs)) };
}

/** A retry gets the answer of its start, even when the persona has been archived since. */
async function findStarted(
  table: Table,
  { scope, key, ...payload }: StartIntent & { readonly key: IdempotencyKey },
  { nowMs }: StartRequest,
  changes: readonly ShardChange[],
): Promise<StartOutcome> {
  const slot =
    key.kind === 'uuid-v7'
      ? slotOfKey(scope, key, changes)
      : await getIntent(table, { ...scope, intentHash: intentHash(scope, key) }, nowMs);
  const stored = slot && (await getSession(table, { ...scope, shard: slot.shard, ulid: slot.ulid }, nowMs));
  if (stored === undefined) {
    return { outcome: 'persona_not_found' };
  }
  return stored.payloadFingerprint === payloadFingerprint(key, payload)
    ? { outcome: 'replayed', session: sessionAtStart(stored) }
    : { outcome: 'payload_differs' };
}
