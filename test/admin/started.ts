// Sessions for the tests of the operator commands, started as the API starts them.
import { randomBytes } from 'node:crypto';
import type { Table } from '../../functions/dynamodb/table.ts';
import { getPersona } from '../../functions/personas/persona.ts';
import { parseIdempotencyKey } from '../../functions/sessions/idempotency-key.ts';
import { parseSessionId, type SessionAddress } from '../../functions/sessions/session.ts';
import { type StartOutcome, startSession } from '../../functions/sessions/start.ts';

export interface Start {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly personaId: string;
  readonly title?: string;
  readonly key?: string;
  readonly nowMs?: number;
  /** Epoch seconds. */
  readonly expiresAt?: number;
  readonly indexed?: boolean;
}

/** The persona must be there. */
export function start(
  table: Table,
  { title, key: header, nowMs = Date.now(), expiresAt, indexed = false, ...scope }: Start,
): Promise<StartOutcome> {
  const parsed = header === undefined ? undefined : parseIdempotencyKey(header, nowMs);
  const key = parsed !== undefined && 'key' in parsed ? parsed.key : undefined;
  const metadata = { about: `${scope.userId} of ${scope.orgId}` };
  return startSession(
    table,
    { scope, title, metadata, key },
    {
      requestId: randomBytes(8).toString('hex'),
      nowMs,
      random: () => randomBytes(10),
      expiresAt,
      indexed,
    },
    getPersona,
  );
}

/** @returns the id of the started session. */
export async function startedId(table: Table, session: Start): Promise<string> {
  const outcome = await start(table, session);
  if (!('session' in outcome)) {
    throw new Error(`The session was not started: ${outcome.outcome}`);
  }
  return outcome.session.sessionId;
}

export function addressOf(
  { orgId, workspaceId }: Pick<Start, 'orgId' | 'workspaceId'>,
  sessionId: string,
): SessionAddress {
  const named = parseSessionId(sessionId);
  if (named === undefined) {
    throw new Error(`${sessionId} is no session id`);
  }
  return { orgId, workspaceId, ...named };
}
