// The life of a session after its start: read, list, end, delete.
import { beforeAll, describe, expect, test } from 'vitest';
import { type NamedAddress, parseSessionId, type Session } from '../../functions/sessions/session.ts';
import { sessionKey } from '../../functions/sessions/session-item.ts';
import {
  type Answer,
  call,
  newPersona,
  newTenant,
  operatorsTable,
  start,
  type Tenant,
  unique,
} from './harness.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await newTenant();
});

const get = (id: string, token = tenant.apiKey) => call('GET', `/v1/chat/sessions/${id}`, { token });
const end = (id: string, token = tenant.apiKey) => call('POST', `/v1/chat/sessions/${id}/end`, { token });
const remove = (id: string, token = tenant.apiKey) => call('DELETE', `/v1/chat/sessions/${id}`, { token });
const archive = (id: string) =>
  call('PATCH', `/v1/chat/sessions/${id}`, { token: tenant.apiKey, json: { archived: true } });
const list = (query = '', { personaId, apiKey } = tenant) =>
  call('GET', `/v1/personas/${personaId}/chat/sessions${query}`, { token: apiKey });

async function started(title?: string): Promise<{ sessionId: string }> {
  const { body } = await start(tenant, title === undefined ? {} : { title });
  return body.session;
}

/** A persona of its own, so that its list holds only what the test put there. */
async function ownPersona(): Promise<Tenant> {
  const personaId = `psn_${unique()}`;
  await newPersona({ ...tenant, personaId, workspaceId: undefined });
  return { ...tenant, personaId };
}

/** In the order of lists: by the time in the ids, the newest first. */
function inListOrder(sessions: readonly Session[]): Session[] {
  return sessions.toSorted((a, b) => (a.sessionId < b.sessionId ? 1 : -1));
}

function expectNotFound(answer: Answer): void {
  expect(answer.status).toBe(404);
  expect(answer.body.error.code).toBe('not_found');
}

describe('reading a session', () => {
  test('answers the session itself, as its start did', async () => {
    const session = await started('Plans');
    const answer = await get(session.sessionId);
    expect(answer.status).toBe(200);
    expect(answer.body).toStrictEqual(session);
  });

  test('shows what has been counted since', async () => {
    const session = await started();
    const counted = { inputTokens: 30, outputTokens: 40, costUsdMicros: 50 };
    await call('POST', `/v1/chat/sessions/${session.sessionId}/turns`, {
      token: tenant.apiKey,
      json: { turn: 1, messages: 2, ...counted },
    });
    const { body } = await get(session.sessionId);
    expect(body).toStrictEqual({
      ...session,
      messageCount: 2,
      ...counted,
      lastActiveAt: body.lastActiveAt,
    });
  });

  test.each([
    'x',
    'chs_01ARZ3NDEKTSV4RRFFQ69G5FAV_psn_a%23PERSONA',
    'chs_01ARZ3NDEKTSV4RRFFQ69G5FAV_psn_a',
    '%00',
  ])('is a 404 for %s', async (id) => {
    expectNotFound(await get(id));
    expectNotFound(await end(id));
    expectNotFound(await remove(id));
  });
});

describe('ending a session', () => {
  test('sets its end once, and says so the second time', async () => {
    const session = await started();
    const first = await end(session.sessionId);
    expect(first.status).toBe(200);
    const endedAt = first.body.session.endedAt;
    expect(Date.parse(endedAt)).toBeGreaterThan(0);
    expect(first.body).toStrictEqual({
      session: { ...session, status: 'ended', endedAt, lastActiveAt: endedAt },
      alreadyEnded: false,
    });
    const second = await end(session.sessionId);
    expect(second.body).toStrictEqual({ session: first.body.session, alreadyEnded: true });
    expect((await get(session.sessionId)).body).toStrictEqual(first.body.session);
  });

  test('takes no notice of a body', async () => {
    const { sessionId } = await started();
    const answer = await call('POST', `/v1/chat/sessions/${sessionId}/end`, {
      token: tenant.apiKey,
      json: { a: 1 },
    });
    expect(answer.status).toBe(200);
  });
});

describe('deleting a session', () => {
  test('answers 204 without a body, and from then on there is none', async () => {
    const { sessionId } = await started();
    const first = await remove(sessionId);
    expect(first.status).toBe(204);
    expect(first.text).toBe('');
    expectNotFound(await remove(sessionId));
    expectNotFound(await get(sessionId));
    expectNotFound(await end(sessionId));
  });
});

describe('an expired session', () => {
  test('is gone for every call before it is removed', async () => {
    const own = await ownPersona();
    const { body } = await start(own);
    const { sessionId } = body.session;
    const address = { ...own, ...(parseSessionId(sessionId) as NamedAddress) };
    await operatorsTable().update(sessionKey(address), {
      set: { expiresAt: Math.floor(Date.now() / 1000) - 1 },
    });
    expectNotFound(await get(sessionId));
    expectNotFound(await end(sessionId));
    expectNotFound(await remove(sessionId));
    expect((await list('', own)).body).toStrictEqual({ items: [], nextCursor: '' });
  });
});

describe('listing sessions', () => {
  test('shows sessions whole and in the order of their ids, active and ended but not archived', async () => {
    const own = await ownPersona();
    const sessions = [];
    for (const title of ['a', 'b', 'c', 'd']) {
      sessions.push((await start(own, { title })).body.session);
    }
    const [a, b, c, d] = sessions;
    const ended = (await end(b.sessionId)).body.session;
    await archive(c.sessionId);
    const { status, body } = await list('', own);
    expect(status).toBe(200);
    expect(body).toStrictEqual({ items: inListOrder([a, ended, d]), nextCursor: '' });
    expect((await list('?status=archived', own)).body.items).toStrictEqual([{ ...c, status: 'archived' }]);
    expect((await list('?status=ended', own)).body.items).toStrictEqual([ended]);
    expect((await list('?status=active', own)).body.items).toStrictEqual(inListOrder([a, d]));
  });

  test('goes on where the page before ended, whatever is started and deleted meanwhile', async () => {
    const own = await ownPersona();
    const sessions: Session[] = [];
    for (let i = 0; i < 7; i += 1) {
      sessions.push((await start(own)).body.session);
    }
    const ids = inListOrder(sessions).map(({ sessionId }) => sessionId);
    const first = (await list('?limit=3', own)).body;
    expect(idsOf(first)).toEqual(ids.slice(0, 3));
    await start(own);
    await remove(ids[2] ?? '');
    const second = (await list(`?limit=3&cursor=${first.nextCursor}`, own)).body;
    expect(idsOf(second)).toEqual(ids.slice(3, 6));
    await remove(ids[6] ?? '');
    const third = (await list(`?limit=3&cursor=${second.nextCursor}`, own)).body;
    expect(third).toStrictEqual({ items: [], nextCursor: '' });
  });

  test('knows its last page although it is full', async () => {
    const own = await ownPersona();
    await start(own);
    await start(own);
    const { body } = await list('?limit=2', own);
    expect(body.items).toHaveLength(2);
    expect(body.nextCursor).toBe('');
  });

  test('shows 20 sessions when nothing is asked, 100 at the most', async () => {
    const own = await ownPersona();
    for (let i = 0; i < 21; i += 1) {
      await start(own);
    }
    const { body } = await list('', own);
    expect(body.items).toHaveLength(20);
    expect(body.nextCursor).not.toBe('');
    expect((await list('?limit=100', own)).body.items).toHaveLength(21);
  });

  test('finds what is left when most of it was deleted', async () => {
    const own = await ownPersona();
    const oldest = (await start(own)).body.session;
    for (let i = 0; i < 8; i += 1) {
      await remove((await start(own)).body.session.sessionId);
    }
    expect((await list('?limit=1', own)).body).toStrictEqual({ items: [oldest], nextCursor: '' });
  });

  test('is a 404 for a persona that the caller may not see', async () => {
    const foreign = await newTenant();
    expectNotFound(await list('', { ...tenant, personaId: foreign.personaId }));
    expectNotFound(await list('', { ...tenant, personaId: 'psn_none' }));
    expectNotFound(await list('', { ...tenant, personaId: 'a'.repeat(65) }));
  });

  test.each(['limit=101', 'limit=5&limit=6', 'limit=%00'])('refuses %s', async (query) => {
    const answer = await list(`?${query}`);
    expect(answer.status).toBe(422);
    expect(answer.body.error.details.issues).toEqual([{ path: 'limit', message: expect.any(String) }]);
  });

  test('refuses a cursor that is forged, truncated, or of another list', async () => {
    const own = await ownPersona();
    await start(own);
    await start(own);
    const { nextCursor } = (await list('?limit=1', own)).body;
    const other = await ownPersona();
    const refused = [
      await list('?cursor=x', own),
      await list(`?cursor=${nextCursor.slice(0, -1)}`, own),
      await list(`?cursor=${nextCursor}A`, own),
      await list(`?cursor=${flipped(nextCursor)}`, own),
      await list(`?cursor=${nextCursor}&status=active`, own),
      await list(`?cursor=${nextCursor}`, other),
    ];
    for (const answer of refused) {
      expect(answer.status).toBe(422);
      expect(answer.body.error.details.issues).toEqual([{ path: 'cursor', message: expect.any(String) }]);
    }
  });
});

function idsOf(page: { items: { sessionId: string }[] }): string[] {
  return page.items.map(({ sessionId }) => sessionId);
}

function flipped(cursor: string): string {
  return cursor.slice(0, 5) + (cursor[5] === 'A' ? 'B' : 'A') + cursor.slice(6);
}
