// The races that starts, ends and deletes must survive, run through the store functions themselves.
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { personaKey } from '../../functions/dynamodb/keys.ts';
import type { Persona } from '../../functions/personas/persona.ts';
import { deleteSession } from '../../functions/sessions/delete-session.ts';
import { endSession } from '../../functions/sessions/end-session.ts';
import type { IdempotencyKey, IntentScope } from '../../functions/sessions/idempotency-key.ts';
import { parseSessionId } from '../../functions/sessions/ids.ts';
import { newSessionItem } from '../../functions/sessions/session-item.ts';
import type { ShardChange } from '../../functions/sessions/shards.ts';
import { type StartOutcome, startSession } from '../../functions/sessions/start-session.ts';
import type { Command } from './memory-table.ts';
import { type Answer, type Caller, RACE_BEGINS_MS } from './race.ts';

const SCOPE: IntentScope = { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1', personaId: 'psn_1' };

export const UUID_V7: IdempotencyKey = {
  kind: 'uuid-v7',
  value: '0197292a-5e00-7000-8000-000000000001',
  timeMs: RACE_BEGINS_MS,
};

export const OTHER_KEY: IdempotencyKey = { kind: 'opaque', value: 'order-4711' };

const ADA: Persona = { orgId: SCOPE.orgId, personaId: SCOPE.personaId, name: 'Ada', status: 'active' };

export const PERSONA: Command = new PutCommand({
  TableName: 'Sessions',
  Item: { ...personaKey(SCOPE.orgId, SCOPE.personaId), ...ADA },
});

/** No caller changes the persona, so the moment at which it is read decides nothing. */
export function readsPersona(command: Command): boolean {
  return command instanceof GetCommand && command.input.Key?.sk === 'PERSONA';
}

const PLACE = {
  orgId: SCOPE.orgId,
  workspaceId: SCOPE.workspaceId,
  personaId: SCOPE.personaId,
  shard: 0,
  ulid: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
};

export const STORED_SESSION: Command = new PutCommand({
  TableName: 'Sessions',
  Item: newSessionItem({
    start: { ...PLACE, userId: SCOPE.userId, title: 'A title', startedAt: '2026-06-01T11:00:00.000Z' },
    requestId: 'before',
  }),
});

export type Started = StartOutcome & { readonly askedTitle: string | undefined };

interface StarterOptions {
  readonly title?: string;
  readonly asksOnce?: boolean;
  /** What its functions remember of the persona, instead of reading it. */
  readonly shardChanges?: readonly ShardChange[];
}

export function starter(
  name: string,
  key: IdempotencyKey | undefined,
  { title, asksOnce = false, shardChanges }: StarterOptions = {},
): Caller {
  return {
    name,
    asksOnce,
    ask: async (table, { requestId, nowMs }): Promise<Started> => ({
      ...(await startSession(
        table,
        { scope: SCOPE, title, key },
        { requestId, nowMs, random: () => randomOf(requestId), expiresAt: undefined },
        shardChanges === undefined ? undefined : async () => ({ ...ADA, shardChanges }),
      )),
      askedTitle: title,
    }),
  };
}

/** Deletes the session as soon as anybody was told of it. */
export function deleterOfStarted(name: string): Caller {
  let place = PLACE;
  return {
    name,
    begins: (answers) => {
      const started = answers.map(startedBy).find((session) => session !== undefined);
      if (started !== undefined) {
        place = { ...PLACE, ...parseSessionId(started) };
      }
      return started !== undefined;
    },
    ask: (table, request) => deleteSession(table, { place, ...request }),
  };
}

export function deleter(name: string): Caller {
  return { name, ask: (table, request) => deleteSession(table, { place: PLACE, ...request }) };
}

export function ender(name: string): Caller {
  return {
    name,
    ask: (table, request) => endSession(table, { place: PLACE, ...request, expiresAt: undefined }),
  };
}

function startedBy({ outcome }: Answer): string | undefined {
  const start = outcome as StartOutcome;
  return 'session' in start ? start.session.sessionId : undefined;
}

/** Ten bytes that differ from request to request, and are the same each time that it is played. */
function randomOf(requestId: string): Uint8Array {
  return Uint8Array.from({ length: 10 }, (_, i) => requestId.charCodeAt(i % requestId.length) + i);
}
