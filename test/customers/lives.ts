// Sessions that are started, ended and deleted as the endpoints do it, on any table.
import type { Table } from '../../functions/dynamodb/table.ts';
import { getPersona, personaKey } from '../../functions/personas/persona.ts';
import { deleteSession } from '../../functions/sessions/delete.ts';
import { endSession } from '../../functions/sessions/end.ts';
import type { IdempotencyKey } from '../../functions/sessions/idempotency-key.ts';
import { parseSessionId, type Session, type SessionAddress } from '../../functions/sessions/session.ts';
import { startSession } from '../../functions/sessions/start.ts';
import { takeRandomBytes } from '../../functions/sessions/ulid.ts';

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
