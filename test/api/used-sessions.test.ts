// A session that is used: its turns, its changes, its metadata, and the list of the caller's own.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../functions/sessions/session.ts';
import {
  type Answer,
  call,
  newApiKey,
  newPersona,
  newTenant,
  sessionJwt,
  stack,
  start,
  type Tenant,
  unique,
} from './harness.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await newTenant();
});

const FIGURES = { messages: 2, inputTokens: 30, outputTokens: 40, costUsdMicros: 50 };
const ID_OF_NOBODY = 'chs_01ARZ3NDEKTSV4RRFFQ69G5FAV_psn_a';

type Caller = Pick<Tenant, 'apiKey'>;

const record = (id: string, turn: object, { apiKey }: Caller = tenant) =>
  call('POST', `/v1/chat/sessions/${id}/turns`, { token: apiKey, json: { ...FIGURES, ...turn } });
const update = (id: string, changes: unknown, { apiKey }: Caller = tenant) =>
  call('PATCH', `/v1/chat/sessions/${id}`, { token: apiKey, json: changes });
const get = (id: string) => call('GET', `/v1/chat/sessions/${id}`, { token: tenant.apiKey });
const end = (id: string) => call('POST', `/v1/chat/sessions/${id}/end`, { token: tenant.apiKey });
const remove = (id: string) => call('DELETE', `/v1/chat/sessions/${id}`, { token: tenant.apiKey });
const listOwn = (query: string, token: string) => call('GET', `/v1/chat/sessions${query}`, { token });

async function started(fields: { title?: string; metadata?: object } = {}): Promise<Session> {
  const { status, body } = await start(tenant, fields);
  expect(status).toBe(201);
  return body.session;
}

function expectConflict(answer: Answer, message: RegExp): void {
  expect(answer.status).toBe(409);
  expect(answer.body.error).toMatchObject({
    code: 'state_conflict',
    message: expect.stringMatching(message),
  });
}

describe('a turn', () => {
  test('adds its figures to the counters, and is seen at once', async () => {
    const session = await started();
    await record(session.sessionId, { turn: 1 });
    const second = await record(session.sessionId, { turn: 2, messages: 1, inputTokens: 0 });
    expect(second.status).toBe(200);
    expect(second.body.alreadyRecorded).toBe(false);
    expect(second.body.session).toStrictEqual({
      ...session,
      messageCount: 3,
      inputTokens: 30,
      outputTokens: 80,
      costUsdMicros: 100,
      lastActiveAt: second.body.session.lastActiveAt,
    });
    expect(second.body.session.lastActiveAt >= session.lastActiveAt).toBe(true);
    expect((await get(session.sessionId)).body).toStrictEqual(second.body.session);
  });

  test('that comes again changes nothing, and says so', async () => {
    const { sessionId } = await started();
    const first = await record(sessionId, { turn: 1 });
    const again = await record(sessionId, { turn: 1 });
    expect(again.status).toBe(200);
    expect(again.body).toStrictEqual({ session: first.body.session, alreadyRecorded: true });
  });

  test('is won by one of those who record it at once, and the others are told the truth', async () => {
    const { sessionId } = await started();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, engine) => record(sessionId, { turn: 1, inputTokens: engine % 2 })),
    );
    const recorded = answers.filter(({ body }) => body.alreadyRecorded === false);
    expect(recorded).toHaveLength(1);
    const { inputTokens } = recorded[0]?.body.session ?? {};
    for (const [engine, { status, body }] of answers.entries()) {
      expect(status).toBe(engine % 2 === inputTokens ? 200 : 409);
      expect(body.session?.messageCount ?? 2).toBe(2);
    }
    expect((await get(sessionId)).body).toMatchObject({ messageCount: 2, inputTokens });
  });

  test('with other figures, or that leaves a gap, is a conflict that says which', async () => {
    const { sessionId } = await started();
    await record(sessionId, { turn: 1 });
    expectConflict(await record(sessionId, { turn: 1, messages: 3 }), /other figures/);
    const gap = await record(sessionId, { turn: 3 });
    expectConflict(gap, /the next turn of this session is 2/);
    expect(gap.body.error.details).toEqual({ nextTurn: 2 });
  });

  test('of a session that is ended, archived or deleted is a conflict that says which', async () => {
    const { sessionId } = await started();
    await update(sessionId, { archived: true });
    expectConflict(await record(sessionId, { turn: 1 }), /archived/);
    await update(sessionId, { archived: false });
    await end(sessionId);
    expectConflict(await record(sessionId, { turn: 1 }), /has ended/);
    await remove(sessionId);
    expectConflict(await record(sessionId, { turn: 1 }), /has been deleted/);
  });

  test.each([
    ['turn', { turn: 0 }],
    ['turn', { turn: 1.5 }],
    ['messages', { turn: 1, messages: -1 }],
    ['inputTokens', { turn: 1, inputTokens: '1' }],
    ['costUsdMicros', { turn: 1, costUsdMicros: 1e15 }],
  ])('with a bad %s is refused: %j', async (path, turn) => {
    const { status, body } = await record(ID_OF_NOBODY, turn);
    expect(status).toBe(422);
    expect(body.error.details.issues).toEqual([{ path, message: expect.any(String) }]);
  });
});

describe('a change', () => {
  test('leaves alone what it does not name', async () => {
    const session = await started({ title: 'First', metadata: { topic: 'billing' } });
    const { sessionId } = session;
    expect((await update(sessionId, { title: ' Second ' })).body.session).toStrictEqual({
      ...session,
      title: 'Second',
    });
    const changed = await update(sessionId, { metadata: { topic: 'plans', tier: 'gold' } });
    expect(changed.body.session).toStrictEqual({
      ...session,
      title: 'Second',
      metadata: { tier: 'gold', topic: 'plans' },
    });
    expect((await get(sessionId)).body).toStrictEqual(changed.body.session);
  });

  test('archives a session, whether or not it has ended, and gives the former status back', async () => {
    const { sessionId } = await started();
    for (const status of ['active', 'ended']) {
      expect((await update(sessionId, { archived: true })).body.session.status).toBe('archived');
      expect((await update(sessionId, { archived: true })).status).toBe(200);
      expect((await update(sessionId, { archived: false })).body.session.status).toBe(status);
      await end(sessionId);
    }
  });

  test('takes no answer of the start back', async () => {
    const key = unique();
    const first = await start(tenant, { key, title: 'First', metadata: { a: '1' } });
    await update(first.body.session.sessionId, { title: 'Second', metadata: {}, archived: true });
    const again = await start(tenant, { key, title: 'First', metadata: { a: '1' } });
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test('brings no deleted session back', async () => {
    const { sessionId } = await started();
    await remove(sessionId);
    expect((await update(sessionId, { archived: false })).status).toBe(404);
    expect((await get(sessionId)).status).toBe(404);
  });

  test.each([
    ['body', {}],
    ['status', { status: 'archived' }],
    ['title', { title: ' ' }],
    ['metadata', { metadata: { topic: 1 } }],
    ['archived', { archived: 'yes' }],
  ])('with a bad %s is refused: %j', async (path, changes) => {
    const { status, body } = await update(ID_OF_NOBODY, changes);
    expect(status).toBe(422);
    expect(body.error.details.issues).toEqual([{ path, message: expect.any(String) }]);
  });
});

test('turns and changes are a 404 from another workspace and from another org', async () => {
  const { sessionId } = await started();
  const elsewhere = await newApiKey({ ...tenant, workspaceId: 'ws_elsewhere' }, { scopes: ['*'] });
  for (const caller of [{ apiKey: elsewhere }, await newTenant()]) {
    expect((await record(sessionId, { turn: 1 }, caller)).status).toBe(404);
    expect((await update(sessionId, { title: 'Mine' }, caller)).status).toBe(404);
  }
  const reader = { apiKey: await newApiKey(tenant, { scopes: ['read:chat'] }) };
  expect((await record(sessionId, { turn: 1 }, reader)).status).toBe(403);
  expect((await update(sessionId, { title: 'Mine' }, reader)).status).toBe(403);
});

describe('metadata', () => {
  test('is in the answers of sessions that were given it, and of no others', async () => {
    const metadata = { topic: 'billing', 'é😀': '' };
    const session = await started({ metadata });
    expect(session.metadata).toStrictEqual(metadata);
    expect((await get(session.sessionId)).body.metadata).toStrictEqual(metadata);
    expect(await started()).not.toHaveProperty('metadata');
  });

  test('of 4 KB is kept whole, with every turn that follows', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`key${i}`, 'v'.repeat(512)]));
    const { sessionId } = await started({ title: '🌙'.repeat(200), metadata });
    const { body } = await record(sessionId, { turn: 1 });
    expect(body.session.metadata).toStrictEqual(metadata);
  });

  test('belongs to what an idempotency key stands for', async () => {
    const key = unique();
    expect((await start(tenant, { key, metadata: { a: '1' } })).status).toBe(201);
    expect((await start(tenant, { key, metadata: { a: '2' } })).body.error.code).toBe('idempotency_conflict');
  });
});

describe.runIf(stack.sessionsByUser)("the caller's own sessions", () => {
  /** A user with sessions of two personas, the newest first. */
  async function userWithSessions(): Promise<Tenant & { readonly sessions: Session[] }> {
    const user = await newTenant({ workspaceId: tenant.workspaceId });
    const other = { ...user, personaId: `psn_${unique()}` };
    await newPersona({ ...other, workspaceId: undefined });
    const sessions: Session[] = [];
    for (const persona of [user, other, user, other, user]) {
      sessions.push((await start(persona)).body.session);
    }
    const newestFirst = sessions.toSorted((a, b) =>
      a.sessionId.slice(0, 30) < b.sessionId.slice(0, 30) ? 1 : -1,
    );
    return { ...user, sessions: newestFirst };
  }

  test('are those of all personas, as they are now, the newest first', async () => {
    const { sessions, ...user } = await userWithSessions();
    const [newest, second, third, ...older] = sessions as [Session, Session, Session, ...Session[]];
    const turn = (await record(newest.sessionId, { turn: 1 }, user)).body.session;
    await update(second.sessionId, { archived: true }, user);
    const renamed = (await update(third.sessionId, { title: 'Plans', metadata: { a: '1' } }, user)).body
      .session;
    const { status, body } = await listOwn('', user.apiKey);
    expect(status).toBe(200);
    expect(body).toStrictEqual({ items: [turn, renamed, ...older], nextCursor: '' });
    expect((await listOwn('?status=archived', user.apiKey)).body.items).toStrictEqual([
      { ...second, status: 'archived' },
    ]);
  });

  test('are the same for each of the credentials of the user', async () => {
    const { sessions, ...user } = await userWithSessions();
    const answers = await Promise.all([
      listOwn('', user.apiKey),
      listOwn('', await newApiKey(user, { scopes: ['read:chat'] })),
      listOwn('', await sessionJwt(user)),
    ]);
    for (const { body } of answers) {
      expect(body.items).toStrictEqual(sessions);
    }
  });

  test('are nobody else’s: not of another user, workspace or org', async () => {
    const user = await userWithSessions();
    for (const who of [{ userId: 'usr_other' }, { workspaceId: 'ws_other' }, { orgId: 'org_other' }]) {
      const { status, body } = await listOwn('', await sessionJwt({ ...user, ...who }));
      expect(status).toBe(200);
      expect(body).toStrictEqual({ items: [], nextCursor: '' });
    }
  });

  test('come page by page, also those of one persona', async () => {
    const { sessions, apiKey, personaId } = await userWithSessions();
    const first = (await listOwn('?limit=3', apiKey)).body;
    const second = (await listOwn(`?limit=3&cursor=${first.nextCursor}`, apiKey)).body;
    expect([...first.items, ...second.items]).toStrictEqual(sessions);
    expect(second.nextCursor).toBe('');
    const own = sessions.filter((session) => session.personaId === personaId);
    const ofPersona = (await listOwn(`?limit=2&personaId=${personaId}`, apiKey)).body;
    const rest = (await listOwn(`?limit=2&personaId=${personaId}&cursor=${ofPersona.nextCursor}`, apiKey))
      .body;
    expect([...ofPersona.items, ...rest.items]).toStrictEqual(own);
  });

  test('are without those that were deleted', async () => {
    const { sessions, apiKey } = await userWithSessions();
    const [deleted, ...left] = sessions as [Session, ...Session[]];
    await call('DELETE', `/v1/chat/sessions/${deleted.sessionId}`, { token: apiKey });
    expect((await listOwn('', apiKey)).body.items).toStrictEqual(left);
  });

  test('are refused with a cursor that is forged or of another user, and with a bad filter', async () => {
    const user = await userWithSessions();
    const other = await userWithSessions();
    const { nextCursor } = (await listOwn('?limit=1', user.apiKey)).body;
    const refused = [
      await listOwn(`?cursor=${nextCursor}`, other.apiKey),
      await listOwn(`?cursor=${nextCursor}&status=active`, user.apiKey),
      await listOwn(`?cursor=${nextCursor.slice(0, -1)}`, user.apiKey),
      await listOwn('?personaId=a%23b', user.apiKey),
    ];
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
    const writer = await newApiKey(user, { scopes: ['write:chat'] });
    expect((await listOwn('', writer)).status).toBe(403);
  });
});

test.skipIf(stack.sessionsByUser)(
  "the caller's own sessions are a 404 that says why, where there is no index",
  async () => {
    await started();
    const { status, body } = await listOwn('', tenant.apiKey);
    expect(status).toBe(404);
    expect(body.error).toEqual({
      code: 'not_found',
      message: expect.stringContaining('"sessionsByUser"'),
    });
  },
);
