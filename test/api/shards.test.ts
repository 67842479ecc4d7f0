// A popular persona whose number of write shards is changed while traffic flows.
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { setPersonaShards } from '../../admin/set-persona-shards.ts';
import { type Answer, call, newTenant, operatorsTable, start, type Tenant } from './harness.ts';

const SHARDED = /^chs_[0-9A-Z]{26}-[1-9][0-9]?_/;

let tenant: Tenant;
/** Every session that was started, in the order of their starts. */
const sessions: { sessionId: string }[] = [];
const keys = { before: [uuidv7(), uuidv4(), uuidv7()], firstAnswers: [] as Answer[] };

async function startOne(key?: string): Promise<Answer> {
  const answer = await start(tenant, key === undefined ? {} : { key });
  expect(answer.status).toBe(201);
  return answer;
}

async function listAll(limit: number): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let cursor = '';
  for (let pages = 1; ; pages += 1) {
    const { status, body } = await call(
      'GET',
      `/v1/personas/${tenant.personaId}/chat/sessions?limit=${limit}&cursor=${cursor}`,
      { token: tenant.apiKey },
    );
    expect(status).toBe(200);
    ids.push(...body.items.map((item: { sessionId: string }) => item.sessionId));
    cursor = body.nextCursor;
    if (cursor === '') {
      return { ids, pages };
    }
  }
}

beforeAll(async () => {
  tenant = await newTenant();
  for (const key of keys.before) {
    const answer = await startOne(key);
    keys.firstAnswers.push(answer);
    sessions.push(answer.body.session);
  }
  const change = { orgId: tenant.orgId, personaId: tenant.personaId, count: 8 };
  const traffic = Array.from({ length: 20 }, async (_, i) => {
    if (i === 5) {
      await setPersonaShards(operatorsTable(), change, () => new Date());
    }
    return (await startOne()).body.session;
  });
  sessions.push(...(await Promise.all(traffic)));
  for (let i = 0; i < 25; i += 1) {
    sessions.push((await startOne(i % 5 === 0 ? uuidv4() : undefined)).body.session);
  }
});

describe('after the change', () => {
  test('new sessions are spread over the shards', () => {
    const later = sessions.slice(-25).map(({ sessionId }) => /-(\d+)_/.exec(sessionId)?.[1] ?? '0');
    expect(new Set(later).size).toBeGreaterThan(3);
  });

  test('a key from before it still means the same session', async () => {
    for (const [i, key] of keys.before.entries()) {
      const again = await startOne(key);
      expect(again.text).toBe(keys.firstAnswers[i]?.text);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    }
  });

  test.each([
    ['a UUIDv7', uuidv7],
    ['a UUIDv4', uuidv4],
  ])('a new key that is %s names one session', async (_, newKey) => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 8 }, () => startOne(key)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    sessions.push(answers[0]?.body.session);
  });

  test('each session is read, ended and deleted at its address', async () => {
    const { session } = (await sharded()).body;
    const path = `/v1/chat/sessions/${session.sessionId}`;
    const token = tenant.apiKey;
    expect((await call('GET', path, { token })).body).toStrictEqual(session);
    expect((await call('POST', `${path}/end`, { token })).body.alreadyEnded).toBe(false);
    expect((await call('DELETE', path, { token })).status).toBe(204);
    expect((await call('GET', path, { token })).status).toBe(404);
  });

  async function sharded(): Promise<Answer> {
    for (;;) {
      const answer = await startOne();
      if (SHARDED.test(answer.body.session.sessionId)) {
        return answer;
      }
      sessions.push(answer.body.session);
    }
  }

  test('a list merges the shards, in the order of the ids, without gaps or repetitions, at every page size', async () => {
    const expected = sessions.map(({ sessionId }) => sessionId).sort();
    for (const limit of [1, 7, 20, 100]) {
      const { ids, pages } = await listAll(limit);
      expect([...ids].sort()).toEqual(expected);
      expect(ids).toEqual([...ids].sort().reverse());
      expect(pages).toBe(Math.ceil(expected.length / limit));
    }
  });
});
