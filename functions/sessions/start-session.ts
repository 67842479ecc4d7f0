// Exactly one session per intent: how a start reaches the table, with a key that names its session, another, or none.

import type { Table } from '../dynamodb/table.ts';
import { getPersona } from '../personas/get-persona.ts';
import { isVisiblePersona } from '../personas/persona.ts';
import type { FindPersona } from '../personas/remember-personas.ts';
import { claimIntent, getIntent } from './claim-intent.ts';
import { getSession } from './get-session.ts';
import {
  IDEMPOTENCY_WINDOW_MS,
  type IdempotencyKey,
  type IntentScope,
  intentHash,
  payloadFingerprint,
  ulidOfKey,
} from './idempotency-key.ts';
import { type PutSessionOutcome, putSession } from './put-session.ts';
import type { Session, SessionStart } from './session.ts';
import { sessionAtStart } from './session-item.ts';
import { type ShardChange, shardCount, shardCountForKey, shardOf } from './shards.ts';
import { defaultTitle } from './title.ts';
import { encodeUlid } from './ulid.ts';

export interface StartIntent {
  readonly scope: IntentScope;
  /** Already trimmed and checked; absent for the default title. */
  readonly title: string | undefined;
  readonly key: IdempotencyKey | undefined;
}

/** What differs from one request to the next, although the intent is the same. */
export interface StartRequest {
  readonly requestId: string;
  readonly nowMs: number;
  /** Ten random bytes, for the ulid of a session that no key names. */
  readonly random: () => Uint8Array;
  /** Epoch seconds from which the session is gone if it is never used; absent to keep it. */
  readonly expiresAt: number | undefined;
  /** Waited for before anything is written; throws what keeps the request from it. */
  readonly mayWrite?: () => Promise<void>;
}

export type StartOutcome =
  | { readonly outcome: 'started' | 'replayed'; readonly session: Session }
  | { readonly outcome: 'persona_not_found' | 'payload_differs' | 'deleted' };

/** Where the session goes and since when it runs; the same for every request with the same key. */
type Slot = Pick<SessionStart, 'shard' | 'ulid' | 'startedAt'>;

/**
 * One read of half a unit and one write of one unit; with a key that is not a UUIDv7, two writes.
 * @param findPersona reads the persona, or remembers it
 * @throws Outage when the database does not answer; the same intent may then be sent again.
 */
export async function startSession(
  table: Table,
  intent: StartIntent,
  request: StartRequest,
  findPersona: FindPersona = getPersona,
): Promise<StartOutcome> {
  const { scope, key } = intent;
  const persona = await findPersona(table, scope.orgId, scope.personaId);
  const changes = persona?.shardChanges ?? [];
  if (!isVisiblePersona(persona, scope.workspaceId)) {
    return key === undefined
      ? { outcome: 'persona_not_found' }
      : findStarted(table, intent, key, request, changes);
  }
  await request.mayWrite?.();
  const fingerprint = key && payloadFingerprint(key, intent);
  const slot = await settleSlot(table, intent, request, fingerprint, changes);
  if (slot === 'payload_differs') {
    return { outcome: slot };
  }
  const put = await putSession(
    table,
    {
      start: { ...scope, ...slot, title: intent.title ?? defaultTitle(persona.name) },
      requestId: request.requestId,
      ...(fingerprint === undefined ? {} : { payloadFingerprint: fingerprint }),
      ...(request.expiresAt === undefined ? {} : { expiresAt: request.expiresAt }),
    },
    request.nowMs,
  );
  return outcomeOf(put, fingerprint);
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
    return { ...placeOfKey(scope, key, changes), startedAt };
  }
  const ulid = encodeUlid(nowMs, random());
  const slot = { ulid, shard: shardOf(ulid, shardCount(changes, nowMs)), startedAt };
  if (key === undefined || fingerprint === undefined) {
    return slot;
  }
  const claimed = await claimIntent(
    table,
    { ...scope, intentHash: intentHash(scope, key) },
    { ...slot, payloadFingerprint: fingerprint },
    { nowMs, expiresAt: Math.ceil((nowMs + IDEMPOTENCY_WINDOW_MS) / 1000) },
  );
  return claimed.payloadFingerprint === fingerprint ? claimed : 'payload_differs';
}

function outcomeOf(put: PutSessionOutcome, fingerprint: string | undefined): StartOutcome {
  switch (put.outcome) {
    case 'started':
      return put;
    case 'deleted':
      return { outcome: 'deleted' };
    case 'exists':
      return put.payloadFingerprint === fingerprint
        ? { outcome: 'replayed', session: put.session }
        : { outcome: 'payload_differs' };
  }
}

/** A UUIDv7 key names shard and ulid of its session, whatever has become of the number of shards since. */
function placeOfKey(
  scope: IntentScope,
  key: IdempotencyKey & { kind: 'uuid-v7' },
  changes: readonly ShardChange[],
): Pick<SessionStart, 'shard' | 'ulid'> {
  const ulid = ulidOfKey(scope, key);
  return { ulid, shard: shardOf(ulid, shardCountForKey(changes, key.timeMs)) };
}

/** A persona that was archived after the start does not take its answer back from a retry. */
async function findStarted(
  table: Table,
  { scope, ...payload }: StartIntent,
  key: IdempotencyKey,
  { nowMs }: StartRequest,
  changes: readonly ShardChange[],
): Promise<StartOutcome> {
  const found =
    key.kind === 'uuid-v7'
      ? placeOfKey(scope, key, changes)
      : await getIntent(table, { ...scope, intentHash: intentHash(scope, key) }, nowMs);
  if (found === undefined) {
    return { outcome: 'persona_not_found' };
  }
  const place = { ...scope, shard: found.shard, ulid: found.ulid };
  const stored = await getSession(table, place, nowMs);
  if (stored === undefined) {
    return { outcome: 'persona_not_found' };
  }
  return stored.payloadFingerprint === payloadFingerprint(key, payload)
    ? { outcome: 'replayed', session: sessionAtStart(place, stored) }
    : { outcome: 'payload_differs' };
}
