// Sessions that are started, changed, used, ended and deleted as the endpoints do it, on any table.
import type { Table } from '../../functions/dynamodb/table.ts';
import { getPersona, personaKey } from '../../functions/personas/persona.ts';
import { deleteSession } from '../../functions/sessions/delete.ts';
import { endSession } from '../../functions/sessions/end.ts';
import type { IdempotencyKey } from '../../functions/sessions/idempotency-key.ts';
import { parseSessionId, type Session, type SessionAddress } from '../../functions/sessions/session.ts';
import { startSession } from '../../functions/sessions/start.ts';
import { recordTurn, type Turn } from '../../functions/sessions/turn.ts';
import { takeRandomBytes } from '../../functions/sessions/ulid.ts';
import { type SessionChanges, updateSession } from '../../functions/sessions/update.ts';

const PERSONA_ID = 'psn_1';
const WORKSPACE_ID = 'ws_1';
let requests = 0;

/** What the operations need of a request, each time another. */
export function newRequest() {
  requests += 1;
  const nowMs = Date.now();
  return { requestId: `request-${requests}`, nowMs, random: takeRandomBytes, expiresAt: undefined };
}

export async function putPersona(table: Table, orgId: string, shards = 1): Promise<void> {
  const shardChanges = [{ fromMs: 0, count: shards }];
  await table.put({ ...personaKey(orgId, PERSONA_ID), name: 'Luna', status: 'active', shardChanges });
}

export async function start(table: Table, orgId: string, key?: IdempotencyKey): Promise<Session> {
  const scope = { orgId, workspaceId: WORKSPACE_ID, userId: 'usr_1', personaId: PERSONA_ID };
  const intent = { scope, title: undefined, metadata: undefined, key };
  const started = await startSession(table, intent, newRequest(), getPersona);
  if (!('session' in started)) {
    throw new Error(`The start was answered ${started.outcome}`);
  }
  return started.session;
}

export async function end(table: Table, session: Session): Promise<Session> {
  const ended = await endSession(table, { address: addressOf(session), ...newRequest() });
  if (!('session' in ended)) {
    throw new Error(`The end was answered ${ended.outcome}`);
  }
  return ended.session;
}

/** @returns the turn with that number, whose figures are its own. */
export function turnOf(turn: number): Turn {
  return {
    turn,
    messages: 2,
    inputTokens: 100 * turn + 1,
    outputTokens: 10 * turn,
    costUsdMicros: 1_000 * turn + 7,
  };
}

export async function record(table: Table, session: Session, turn: Turn): Promise<Session> {
  const recorded = await recordTurn(table, { address: addressOf(session), turn, ...newRequest() });
  if (!('session' in recorded)) {
    throw new Error(`The turn was answered ${recorded.outcome}`);
  }
  return recorded.session;
}

export async function update(table: Table, session: Session, changes: SessionChanges): Promise<Session> {
  const updated = await updateSession(table, addressOf(session), changes, newRequest().nowMs);
  if (!('session' in updated)) {
    throw new Error(`The change was answered ${updated.outcome}`);
  }
  return updated.session;
}

export async function remove(table: Table, session: Session): Promise<void> {
  await deleteSession(table, { address: addressOf(session), ...newRequest() });
}

export function addressOf({ orgId, sessionId }: Session): SessionAddress {
  const named = parseSessionId(sessionId);
  if (named === undefined) {
    throw new Error(`${sessionId} is no session id`);
  }
  return { orgId, workspaceId: WORKSPACE_ID, ...named };
}
