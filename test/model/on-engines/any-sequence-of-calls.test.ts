// Whatever several users of several workspaces and orgs do in whatever order: the service answers as was promised.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Metadata, Session, SessionStatus } from '../../../functions/sessions/session.ts';
import type { SessionChanges } from '../../../functions/sessions/update.ts';
import { type Answer, call } from '../../api/harness.ts';
import { runSize } from '../../faults/run-size.ts';
import { seedFrom } from '../../faults/seeded-random.ts';
import type { Caller, Start } from './expected.ts';
import { type CallerWithKey, newUniverse, type Universe } from './universe.ts';

const SEED = seedFrom(process.env.SEED);
const BEGAN_AT_MS = Date.now();
const SEQUENCES = runSize({ byDefault: 25, full: 150 });
const NOBODYS_SESSION = 'chs_01ARZ3NDEKTSV4RRFFQ69G5FAV_psn_nobodys';

interface Step {
  readonly act: 'start' | 'get' | 'turn' | 'update' | 'end' | 'delete' | 'list';
  readonly caller: number;
  readonly persona: number;
  /** One of those that were started so far, by anybody. */
  readonly session: number;
  readonly key: number;
  readonly title: string | undefined;
  readonly metadata: Metadata | undefined;
  readonly archived: boolean | undefined;
  /** How far from the last one that was recorded, and which of two sets of figures. */
  readonly turn: readonly [ahead: number, figures: number];
  readonly status: SessionStatus | undefined;
  readonly limit: number;
}

/** Mostly the same caller, persona and keys, so that calls have to do with one another. */
const step = fc.record<Step>({
  act: fc.constantFrom(
    ...(['start', 'start', 'start', 'start', 'get', 'end', 'delete', 'list'] as const),
    ...(['turn', 'turn', 'turn', 'update', 'update'] as const),
  ),
  caller: fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 3),
  persona: fc.constantFrom(0, 0, 0, 0, 1, 2),
  session: fc.nat(8),
  key: fc.constantFrom(0, 1, 1, 1, 2, 3, 3, 3, 4),
  title: fc.option(fc.constantFrom('Tea', ' Tea ', 'Coffee', '🌙 שיחה'), { nil: undefined }),
  metadata: fc.option(fc.constantFrom({ topic: 'billing' }, { tier: '2', topic: 'sales' }, {}), {
    nil: undefined,
    freq: 1,
  }),
  archived: fc.constantFrom(undefined, undefined, true, false),
  turn: fc.tuple(fc.constantFrom(1, 1, 1, 0, -1, 2), fc.constantFrom(0, 0, 0, 1)),
  status: fc.constantFrom(undefined, undefined, 'active', 'ended', 'archived'),
  limit: fc.constantFrom(1, 2, 3, 20),
});

describe('All operations on sessions', () => {
  it(`answer every sequence of calls as the model does (SEED=${SEED})`, async () => {
    let calls = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
        const universe = await newUniverse();
        for (const each of steps) {
          calls += 1;
          await take(universe, each);
        }
        await compareLists(universe);
      }),
      { seed: SEED, numRuns: SEQUENCES },
    );
    console.info(`${SEQUENCES} sequences, ${calls} steps, SEED=${SEED}`);
  }, 1_800_000);
});

async function take(universe: Universe, each: Step): Promise<void> {
  const caller = pick(universe.callers, each.caller);
  const sessionId =
    universe.sessionIds.length === 0 ? NOBODYS_SESSION : pick(universe.sessionIds, each.session);
  const personaId = pick(['psn_all', 'psn_one', 'psn_nobodys'], each.persona);
  switch (each.act) {
    case 'start':
      return start(universe, caller, {
        personaId,
        title: each.title,
        metadata: each.metadata,
        key: pick(universe.keys, each.key),
      });
    case 'get':
      return get(universe, caller, sessionId);
    case 'turn':
      return record(universe, caller, sessionId, each.turn);
    case 'update':
      return update(universe, caller, sessionId, each);
    case 'end':
      return end(universe, caller, sessionId);
    case 'delete':
      return remove(universe, caller, sessionId);
    case 'list':
      return list(universe, caller, personaId, each);
  }
}

async function start({ expected, sessionIds }: Universe, caller: CallerWithKey, wish: Start): Promise<void> {
  const { personaId, title, metadata, key } = wish;
  const answer = await call('POST', `/v1/personas/${personaId}/chat/sessions`, {
    token: caller.apiKey,
    json: { personaId, title, metadata },
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });
  const should = expected.start(caller, wish);

  expect(answer.status).toBe(should.status);
  if (should.status === 409) {
    expect(should.codes).toContain(answer.body.error.code);
  }
  if (should.status !== 201) {
    return;
  }
  const { session } = answer.body as { session: Session };
  expect(answer.headers.get('idempotent-replayed')).toBe('replayOf' in should ? 'true' : null);
  if ('replayOf' in should) {
    expect(session).toEqual(should.replayOf);
    return;
  }
  expect(sessionIds).not.toContain(session.sessionId);
  expect(session).toEqual(newSession(caller, personaId, should, session));
  expected.hasStarted(caller, wish, session);
  sessionIds.push(session.sessionId);
}

/** Its id and its time are the service's to decide. */
function newSession(
  { orgId, workspaceId, userId }: Caller,
  personaId: string,
  { title, metadata }: { readonly title: string; readonly metadata: Metadata | undefined },
  { sessionId, startedAt }: Session,
): Session {
  expect(sessionId).toMatch(new RegExp(`^chs_[0-7][0-9A-HJKMNP-TV-Z]{25}_${personaId}$`));
  expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(BEGAN_AT_MS);
  expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.now());
  return {
    sessionId,
    orgId,
    workspaceId,
    personaId,
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

async function get({ expected }: Universe, caller: CallerWithKey, id: string): Promise<void> {
  const answer = await call('GET', `/v1/chat/sessions/${id}`, { token: caller.apiKey });
  const session = expected.get(caller, id);

  if (session === undefined) {
    expectNotFound(answer);
  } else {
    expect([answer.status, answer.body]).toEqual([200, session]);
  }
}

async function record(
  { expected }: Universe,
  caller: CallerWithKey,
  id: string,
  [ahead, figures]: Step['turn'],
): Promise<void> {
  const turn = {
    turn: Math.max(1, expected.turnsOf(id) + ahead),
    ...pick(
      [
        { messages: 2, inputTokens: 120, outputTokens: 30, costUsdMicros: 450 },
        { messages: 1, inputTokens: 0, outputTokens: 0, costUsdMicros: 0 },
      ],
      figures,
    ),
  };
  const answer = await call('POST', `/v1/chat/sessions/${id}/turns`, { token: caller.apiKey, json: turn });
  const session = expected.get(caller, id);

  if (session === undefined) {
    return expectNotFound(answer, expected.isDeleted(caller, id));
  }
  const should = expected.turn(session, turn);
  if (should === 'state_conflict') {
    return expect([answer.status, answer.body.error.code]).toEqual([409, 'state_conflict']);
  }
  const { lastActiveAt } = answer.body.session;
  expect(lastActiveAt >= session.lastActiveAt).toBe(true);
  const recorded =
    should === 'already_recorded' ? session : expected.hasRecorded(session, turn, lastActiveAt);
  expect([answer.status, answer.body]).toEqual([
    200,
    { session: recorded, alreadyRecorded: should === 'already_recorded' },
  ]);
}

async function update(
  { expected }: Universe,
  caller: CallerWithKey,
  id: string,
  { title, metadata, archived }: Pick<Step, 'title' | 'metadata' | 'archived'>,
): Promise<void> {
  const changes: SessionChanges = { title, metadata, archived };
  const answer = await call('PATCH', `/v1/chat/sessions/${id}`, { token: caller.apiKey, json: changes });
  const session = expected.get(caller, id);

  if (Object.values(changes).every((change) => change === undefined)) {
    return expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
  }
  if (session === undefined) {
    return expectNotFound(answer);
  }
  expect([answer.status, answer.body]).toEqual([200, { session: expected.hasChanged(session, changes) }]);
}

async function end({ expected }: Universe, caller: CallerWithKey, id: string): Promise<void> {
  const answer = await call('POST', `/v1/chat/sessions/${id}/end`, { token: caller.apiKey });
  const session = expected.get(caller, id);

  if (session === undefined) {
    return expectNotFound(answer);
  }
  const alreadyEnded = session.status !== 'active';
  const ended = alreadyEnded ? session : expected.hasEnded(session, answer.body.session.endedAt);
  expect([answer.status, answer.body]).toEqual([200, { session: ended, alreadyEnded }]);
  if (!alreadyEnded) {
    expect(Date.parse(ended.endedAt)).toBeGreaterThanOrEqual(Date.parse(ended.startedAt));
  }
}

async function remove({ expected }: Universe, caller: CallerWithKey, id: string): Promise<void> {
  const answer = await call('DELETE', `/v1/chat/sessions/${id}`, { token: caller.apiKey });
  const session = expected.get(caller, id);

  if (session === undefined) {
    return expectNotFound(answer);
  }
  expect([answer.status, answer.text]).toEqual([204, '']);
  expected.hasDeleted(session);
}

/** Page by page, to the end. */
async function list(
  { expected }: Universe,
  caller: CallerWithKey,
  personaId: string,
  { status, limit }: Pick<Step, 'status' | 'limit'>,
): Promise<void> {
  const should = expected.list(caller, personaId, status);
  const filter = status === undefined ? '' : `&status=${status}`;
  const found: Session[] = [];
  let cursor = '';
  do {
    const answer = await call(
      'GET',
      `/v1/personas/${personaId}/chat/sessions?limit=${limit}&cursor=${cursor}${filter}`,
      {
        token: caller.apiKey,
      },
    );
    if (should === undefined) {
      return expectNotFound(answer);
    }
    expect(answer.status).toBe(200);
    found.push(...answer.body.items);
    cursor = answer.body.nextCursor;
    // A page may be short, or empty, and not be the last.
    expect(answer.body.items.length).toBeLessThanOrEqual(limit);
  } while (cursor !== '');
  expect(found).toEqual(should);
}

async function compareLists(universe: Universe): Promise<void> {
  for (const caller of universe.callers) {
    for (const personaId of ['psn_all', 'psn_one']) {
      await list(universe, caller, personaId, { status: undefined, limit: 100 });
    }
  }
}

/** @param isConflict of a turn, which says that its session was deleted, to those who could see it */
function expectNotFound(answer: Answer, isConflict = false): void {
  const should = isConflict ? [409, 'state_conflict'] : [404, 'not_found'];
  expect([answer.status, answer.body.error.code]).toEqual(should);
}

function pick<T>(choices: readonly T[], index: number): T {
  return choices[index % choices.length] as T;
}
