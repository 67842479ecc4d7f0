// The races that starts, ends and deletes must survive, run through the store functions themselves.
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { parseSessionId } from '../../functions/domain/ids.ts';
import type { Persona } from '../../functions/domain/persona.ts';
import type { ShardChange } from '../../functions/domain/shards.ts';
import type { IdempotencyKey, IntentScope } from '../../functions/domain/start-intent.ts';
import { deleteSession } from '../../functions/store/delete-session.ts';
import { type EndedSession, endSession } from '../../functions/store/end-session.ts';
import { personaKey } from '../../functions/store/keys.ts';
import { newSessionItem } from '../../functions/store/session-item.ts';
import { type StartOutcome, startSession } from '../../functions/store/start-session.ts';
import type { Command } from './memory-table.ts';
import { type Answer, type Caller, RACE_BEGINS_MS, type Sight } from './race.ts';

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

type Started = StartOutcome & { readonly askedTitle: string | undefined };

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
        { requestId, nowMs, random: randomOf(requestId), expiresAt: undefined },
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

/** One session however often a start is sent, and one answer, when all callers ask for the same. */
export function startsBroken(sight: Sight): string | undefined {
  return sight.answers.some(({ outcome }) => (outcome as Started).outcome === 'payload_differs')
    ? 'a payload was refused that was the same'
    : startsOfTwoPayloadsBroken(sight);
}

/** The same, when callers ask for different sessions with one key. */
export function startsOfTwoPayloadsBroken({ items, writes, answers, isDone }: Sight): string | undefined {
  const starts = answers.filter(({ outcome }) => typeof outcome === 'object');
  const outcomes = starts.map(({ outcome }) => outcome as Started);
  const told = outcomes.flatMap((each) => ('session' in each ? [JSON.stringify(each.session)] : []));
  const sessions = items.filter(({ sk }) => String(sk).includes('#SESSION#'));
  const deletions = writes.filter(({ command }) => isDeletion(command));
  const writer = writes.find(({ command }) => isSessionWrite(command))?.sender;
  const writerWasTold = starts.find(({ requestId }) => requestId === writer)?.outcome as Started | undefined;

  if (sessions.length > 1) {
    return 'one key has two sessions';
  }
  if (new Set(told).size > 1) {
    return 'one key has two answers';
  }
  if (
    outcomes.some((each) => 'session' in each && each.session.title !== (each.askedTitle ?? 'Chat with Ada'))
  ) {
    return 'a caller was told of a session that it had not asked for';
  }
  if (outcomes.filter(({ outcome }) => outcome === 'started').length > 1) {
    return 'two requests were told that they had started the session';
  }
  if (writerWasTold?.outcome === 'replayed') {
    return 'the request that wrote the session took it for another one';
  }
  if (told.length > 0 && deletions.length === 0 && sessions.length === 0) {
    return 'a session that a caller was told of is not there';
  }
  if (deletions.length === 0 && outcomes.some(({ outcome }) => outcome === 'deleted')) {
    return 'a caller was told of a deletion that nobody had asked for';
  }
  if (wasDeleted(answers) && sessions.some(({ status }) => status !== 'deleted')) {
    return 'a deleted session has come back';
  }
  if (isDone && deletions.length === 0 && sessions.length !== 1) {
    return 'everybody was answered, and there is no session';
  }
  return undefined;
}

/** Whoever does not retry gets one session or none, however often the SDK sends its write. */
export function keylessStartBroken({ items, answers }: Sight): string | undefined {
  const sessions = items.filter(({ sk }) => String(sk).includes('#SESSION#'));
  if (sessions.length > 1) {
    return 'one request has two sessions';
  }
  if (
    answers.some(({ outcome }) => (outcome as StartOutcome).outcome !== 'started' || sessions.length === 0)
  ) {
    return 'a request was answered otherwise than by the session that it had started';
  }
  return undefined;
}

/** The session ends once, stays ended, and neither end nor delete brings it back. */
export function endsBroken({ items, answers }: Sight): string | undefined {
  const ends = answers.flatMap(({ outcome }) =>
    typeof outcome === 'object' && outcome !== null ? [outcome as EndedSession] : [],
  );
  const deletions = answers.filter(({ outcome }) => outcome === true);
  const statuses = items.map(({ status }) => status);

  if (ends.filter(({ alreadyEnded }) => !alreadyEnded).length > 1) {
    return 'two requests were told that they had ended the session';
  }
  if (new Set(ends.map(({ session }) => JSON.stringify(session))).size > 1) {
    return 'the ended session was told in two ways';
  }
  if (deletions.length > 1) {
    return 'two requests were told that they had deleted the session';
  }
  if (wasDeleted(answers) && statuses.some((status) => status !== 'deleted')) {
    return 'a deleted session has come back';
  }
  if (ends.length > 0 && statuses.includes('active')) {
    return 'an ended session goes on';
  }
  return undefined;
}

/** A second delete finds nothing, which says as surely that the session is gone. */
function wasDeleted(answers: readonly Answer[]): boolean {
  return answers.some(({ outcome }) => typeof outcome === 'boolean');
}

function startedBy({ outcome }: Answer): string | undefined {
  const start = outcome as StartOutcome;
  return 'session' in start ? start.session.sessionId : undefined;
}

function isDeletion(command: Command): boolean {
  return !(command instanceof PutCommand) || command.input.Item?.status === 'deleted';
}

function isSessionWrite(command: Command): boolean {
  return command instanceof PutCommand && command.input.Item?.status === 'active';
}

/** Ten bytes that differ from request to request, and are the same each time that it is played. */
function randomOf(requestId: string): Uint8Array {
  return Uint8Array.from({ length: 10 }, (_, i) => requestId.charCodeAt(i % requestId.length) + i);
}
