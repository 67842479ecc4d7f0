// The callers of races: they start, use, change, end and delete a session through the functions of the service themselves.
import type { Item } from '../../functions/dynamodb/table.ts';
import { getPersona, personaKey, type ShardChange } from '../../functions/personas/persona.ts';
import { deleteSession } from '../../functions/sessions/delete.ts';
import { endSession } from '../../functions/sessions/end.ts';
import type { IdempotencyKey, IntentScope } from '../../functions/sessions/idempotency-key.ts';
import { parseSessionId, type SessionAddress } from '../../functions/sessions/session.ts';
import { sessionKey } from '../../functions/sessions/session-item.ts';
import { startSession } from '../../functions/sessions/start.ts';
import { recordTurn, type Turn } from '../../functions/sessions/turn.ts';
import { type SessionChanges, updateSession } from '../../functions/sessions/update.ts';
import type { TableCall } from '../memory-table.ts';
import { type Answer, type Caller, type Outcome, RACE_BEGINS_MS } from './race.ts';

const SCOPE: IntentScope = { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1', personaId: 'psn_1' };

export const UUID_V7: IdempotencyKey = {
  kind: 'uuid-v7',
  value: '0197292a-5e00-7000-8000-000000000001',
  timeMs: RACE_BEGINS_MS,
};

export const OTHER_KEY: IdempotencyKey = { kind: 'opaque', value: 'order-4711' };

const ADA = { name: 'Ada', status: 'active' } as const;

export const PERSONA: Item = { ...personaKey(SCOPE.orgId, SCOPE.personaId), ...ADA };

/** No caller changes the persona, so the moment at which it is read decides nothing. */
export function readsPersona(call: TableCall): boolean {
  return call.verb === 'get' && call.args[0].sk === PERSONA.sk;
}

const ADDRESS = {
  orgId: SCOPE.orgId,
  workspaceId: SCOPE.workspaceId,
  personaId: SCOPE.personaId,
  shard: 0,
  ulid: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
};

export const STORED_SESSION: Item = {
  ...sessionKey(ADDRESS),
  status: 'active',
  userId: SCOPE.userId,
  title: 'A title',
  startedAt: '2026-06-01T11:00:00.000Z',
  startRequestId: 'before',
};

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
    ask: async (table, { requestId, nowMs }) => ({
      act: 'start',
      askedTitle: title,
      ...(await startSession(
        table,
        { scope: SCOPE, title, key },
        { requestId, nowMs, random: () => randomOf(requestId), expiresAt: undefined },
        shardChanges === undefined ? getPersona : async () => ({ ...ADA, shardChanges }),
      )),
    }),
  };
}

/** Deletes the session as soon as anybody was told of it. */
export function deleterOfStarted(name: string): Caller {
  return ofStarted(name, (address) => ({
    name,
    ask: (table, request) => remove(table, { address, ...request }),
  }));
}

export function updaterOfStarted(name: string, changes: SessionChanges): Caller {
  return ofStarted(name, (address) => updater(name, changes, address));
}

/** Records a turn of the session as soon as anybody was told of it. */
export function recorderOfStarted(name: string, turn: Turn): Caller {
  return ofStarted(name, (address) => recorder(name, turn, { address }));
}

function ofStarted(name: string, callerOf: (address: SessionAddress) => Caller): Caller {
  let address: SessionAddress = ADDRESS;
  return {
    name,
    begins: (answers) => {
      const session = answers.flatMap((answer) =>
        answer.act === 'start' && 'session' in answer ? [answer.session] : [],
      )[0];
      address = { ...ADDRESS, ...parseSessionId(session?.sessionId ?? '') };
      return session !== undefined;
    },
    ask: (table, request) => callerOf(address).ask(table, request),
  };
}

export function deleter(name: string): Caller {
  return { name, ask: (table, request) => remove(table, { address: ADDRESS, ...request }) };
}

export function updater(name: string, asked: SessionChanges, address: SessionAddress = ADDRESS): Caller {
  return {
    name,
    ask: async (table, { nowMs }) => ({
      act: 'update',
      asked,
      ...(await updateSession(table, address, asked, nowMs)),
    }),
  };
}

interface RecorderOptions {
  readonly address?: SessionAddress;
  /** Absent: from the beginning. */
  readonly begins?: (answers: readonly Answer[]) => boolean;
}

export function recorder(
  name: string,
  asked: Turn,
  { address = ADDRESS, ...options }: RecorderOptions = {},
): Caller {
  return {
    name,
    ...options,
    ask: async (table, request) => ({
      act: 'turn',
      asked,
      ...(await recordTurn(table, { address, turn: asked, ...request, expiresAt: undefined })),
    }),
  };
}

export function ender(name: string): Caller {
  return {
    name,
    ask: async (table, request) => ({
      act: 'end',
      ...(await endSession(table, { address: ADDRESS, ...request, expiresAt: undefined })),
    }),
  };
}

async function remove(...[table, request]: Parameters<typeof deleteSession>): Promise<Outcome> {
  return { act: 'delete', ...(await deleteSession(table, request)) };
}

/** Ten bytes that differ from request to request, and are the same each time that it is played. */
function randomOf(requestId: string): Uint8Array {
  return Uint8Array.from({ length: 10 }, (_, i) => requestId.charCodeAt(i % requestId.length) + i);
}
