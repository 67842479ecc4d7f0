// The list of a user's own sessions: what it shows, what it never shows, and what is refused before the table is asked.
import { beforeEach, describe, expect, it } from 'vitest';
import { createListChatSessions } from '../../functions/list-chat-sessions.ts';
import { personaKey } from '../../functions/personas/persona.ts';
import { formatCursor } from '../../functions/sessions/cursor.ts';
import { formatSessionId } from '../../functions/sessions/session.ts';
import { sessionKey, userIndexKey } from '../../functions/sessions/session-item.ts';
import { createStartChatSession } from '../../functions/start-chat-session.ts';
import { MemoryTable } from '../memory-table.ts';
import { type Answer, type CallParts, call, invoke, KNOWN_CALLER } from './call.ts';
import { captureLogs } from './log-lines.ts';
import { RecordedTable } from './recorded-table.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00.000Z');
const PAST = NOW_MS / 1000 - 1;
const OWN = { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1', personaId: 'psn_1', shard: 0 };
const SCOPE = { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1', status: undefined };

captureLogs();
const table = new RecordedTable();
const handler = createListChatSessions(
  table.platform(() => NOW_MS),
  { sessionsByUser: true },
);

beforeEach(() => {
  table.calls = [];
});

/** A stored session; a later number is a later start. */
function session(number: number, fields: Partial<typeof OWN> = {}, attributes: object = {}) {
  const scope = { ...OWN, ...fields };
  const ulid = ulidOf(number);
  return {
    ...sessionKey({ ...scope, ulid }),
    ...userIndexKey(scope, ulid),
    userId: scope.userId,
    title: String(number),
    status: 'active',
    startedAt: '2025-12-31T00:00:00.000Z',
    startRequestId: 'request-0',
    ...attributes,
  };
}

function ulidOf(number: number): string {
  return `01ARZ3NDEKTSV4RRFFQ69G${String(number).padStart(4, '0')}`;
}

function idOf(number: number, fields: Partial<typeof OWN> = {}): string {
  return formatSessionId({ ...OWN, ...fields, ulid: ulidOf(number) });
}

const list = (query: Record<string, string> = {}, parts: CallParts = {}) =>
  invoke(handler, call({ query, ...parts }));

function titles({ body }: Answer): string[] {
  return body.items.map(({ title }: { title: string }) => title);
}

async function titlesOfAllPages(query: Record<string, string>): Promise<string[]> {
  const found: string[] = [];
  let cursor = '';
  do {
    const page = await list({ ...query, cursor });
    expect(page.status).toBe(200);
    found.push(...titles(page));
    cursor = page.body.nextCursor;
  } while (cursor !== '');
  return found;
}

describe("a user's own sessions", () => {
  it('are those of all personas of the workspace, newest first, in one query of the index', async () => {
    table.memory = new MemoryTable([
      session(1),
      session(3, { personaId: 'psn_2' }),
      session(2, { personaId: 'psn_3', shard: 7 }),
    ]);
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body.items.map(({ sessionId }: { sessionId: string }) => sessionId)).toEqual([
      idOf(3, { personaId: 'psn_2' }),
      idOf(2, { personaId: 'psn_3', shard: 7 }),
      idOf(1),
    ]);
    expect(body.nextCursor).toBe('');
    expect(table.verbs()).toEqual(['query']);
  });

  it.each([
    ['another user', { userId: 'usr_2' }],
    ['another workspace', { workspaceId: 'ws_2' }],
    ['another org', { orgId: 'org_2' }],
  ])('are never those of %s', async (_who, fields) => {
    table.memory = new MemoryTable([session(1), session(2, fields)]);
    expect(titles(await list())).toEqual(['1']);
    const verdict = { ...KNOWN_CALLER, ...fields };
    expect(titles(await list({}, { verdict }))).toEqual(['2']);
  });

  it('leave out what is deleted, expired, or was started without the index', async () => {
    const { userPk, userSk, ...unindexed } = session(4);
    expect([userPk, userSk]).toEqual([expect.any(String), ulidOf(4)]);
    table.memory = new MemoryTable([
      session(1),
      session(2, {}, { status: 'deleted', deleteRequestId: 'r', expiresAt: PAST + 1000 }),
      session(3, {}, { expiresAt: PAST }),
      unindexed,
    ]);
    expect(titles(await list())).toEqual(['1']);
  });

  it('are filtered by status: all but the archived unless asked', async () => {
    table.memory = new MemoryTable([
      session(1),
      session(2, {}, { status: 'ended', endedAt: '2025-12-31T01:00:00.000Z' }),
      session(3, {}, { archived: true }),
      session(4, {}, { archived: true, status: 'ended', endedAt: '2025-12-31T01:00:00.000Z' }),
    ]);
    expect(titles(await list())).toEqual(['2', '1']);
    expect(titles(await list({ status: 'active' }))).toEqual(['1']);
    expect(titles(await list({ status: 'ended' }))).toEqual(['2']);
    expect(titles(await list({ status: 'archived' }))).toEqual(['4', '3']);
  });

  it('are filtered by persona, in all its shards, and by no persona whose id begins alike', async () => {
    table.memory = new MemoryTable([
      session(1),
      session(2, { shard: 1 }),
      session(3, { shard: 63 }),
      session(4, { personaId: 'psn_10' }),
      session(5, { personaId: 'psn_1-' }),
      session(6, { personaId: 'psn_' }),
      session(7, { personaId: 'psn_10', shard: 2 }),
    ]);
    expect(titles(await list({ personaId: 'psn_1' }))).toEqual(['3', '2', '1']);
    expect(titles(await list({ personaId: 'psn_10' }))).toEqual(['7', '4']);
    expect(titles(await list({ personaId: 'psn_none' }))).toEqual([]);
  });

  it('come page by page, each session once, whatever was filtered out between', async () => {
    table.memory = new MemoryTable(
      Array.from({ length: 50 }, (_, i) =>
        session(i, { personaId: `psn_${i % 3}`, shard: i % 2 }, i % 5 === 0 ? { archived: true } : {}),
      ),
    );
    const shown = Array.from({ length: 50 }, (_, i) => 49 - i).filter((i) => i % 5 !== 0);
    for (const limit of ['1', '7', '40']) {
      expect(await titlesOfAllPages({ limit })).toEqual(shown.map(String));
    }
    expect(await titlesOfAllPages({ limit: '4', personaId: 'psn_1' })).toEqual(
      shown.filter((i) => i % 3 === 1).map(String),
    );
  });

  it('look at 1,000 items in one call, and go on from there although nothing was found', async () => {
    table.memory = new MemoryTable([
      session(0),
      ...Array.from({ length: 1_500 }, (_, i) => session(i + 1, {}, { archived: true })),
    ]);
    const first = await list();
    expect(titles(first)).toEqual([]);
    expect(table.verbs()).toEqual(['query', 'query']);
    const looked = table.calls.flatMap((asked) => (asked.verb === 'query' ? (asked.args[0].limit ?? 0) : []));
    expect(looked.reduce((sum, limit) => sum + limit, 0)).toBe(1_000);
    expect(titles(await list({ cursor: first.body.nextCursor }))).toEqual(['0']);
  });

  it('know their last page although it is full', async () => {
    table.memory = new MemoryTable([session(1), session(2)]);
    const { body } = await list({ limit: '2' });
    expect(body.items).toHaveLength(2);
    expect(body.nextCursor).toBe('');
  });

  it('of a user who has none are an empty page', async () => {
    table.memory = new MemoryTable();
    expect((await list()).body).toEqual({ items: [], nextCursor: '' });
  });
});

describe('a cursor', () => {
  const position = idOf(2);

  it.each([
    ['nonsense', 'x'],
    ['of another user', formatCursor({ ...SCOPE, userId: 'usr_2' }, position)],
    ['of another workspace', formatCursor({ ...SCOPE, workspaceId: 'ws_2' }, position)],
    ['of another org', formatCursor({ ...SCOPE, orgId: 'org_2' }, position)],
    ['of another persona', formatCursor({ ...SCOPE, personaId: 'psn_1' }, position)],
    ['of another status', formatCursor({ ...SCOPE, status: 'ended' }, position)],
    ['without its end', formatCursor(SCOPE, position).slice(0, -1)],
    ["of a persona's list", formatCursor({ ...SCOPE, personaId: 'psn_1' }, ulidOf(2))],
    ['whose position is no session id', formatCursor(SCOPE, 'WS#ws_2#SESSION#1')],
  ])('%s is refused before the table is asked', async (_what, cursor) => {
    const { status, body } = await list({ cursor });
    expect(status).toBe(422);
    expect(body.error.details.issues).toEqual([{ path: 'cursor', message: expect.any(String) }]);
    expect(table.calls).toEqual([]);
  });

  it("that is made up from another's session reaches the caller's own list and nothing else", async () => {
    const foreign = { userId: 'usr_2', personaId: 'psn_9' };
    table.memory = new MemoryTable([session(1), session(2, foreign), session(3), session(4, foreign)]);
    const forged = formatCursor(SCOPE, idOf(4, foreign));
    expect(titles(await list({ cursor: forged }))).toEqual(['3', '1']);
    const query = table.calls[0];
    expect(query?.verb === 'query' && query.args[0].after).toMatchObject(userIndexKey(OWN, ulidOf(4)));
  });
});

describe('the list', () => {
  it.each([
    ['limit', { limit: '0' }],
    ['status', { status: 'deleted' }],
    ['personaId', { personaId: 'a#b' }],
    ['personaId', { personaId: '' }],
  ])('with a bad %s is refused before the table is asked: %j', async (path, query) => {
    const { status, body } = await list(query);
    expect(status).toBe(422);
    expect(body.error.details.issues).toEqual([{ path, message: expect.any(String) }]);
    expect(table.calls).toEqual([]);
  });

  it('asks nothing for those who may not read', async () => {
    expect((await list({}, { verdict: { ...KNOWN_CALLER, scopes: 'write:chat' } })).status).toBe(403);
    expect((await list({}, { verdict: undefined })).status).toBe(401);
    expect(table.calls).toEqual([]);
  });

  it('is a 404 that says what to do where the table has no such index', async () => {
    const off = createListChatSessions(table.platform(), { sessionsByUser: false });
    const { status, body } = await invoke(off, call());
    expect(status).toBe(404);
    expect(body.error).toEqual({ code: 'not_found', message: expect.stringMatching(/"sessionsByUser"/) });
    expect(table.calls).toEqual([]);
  });

  it.each([
    [true, ['Hello']],
    [false, []],
  ])('has a session that was started with the index: %s', async (sessionsByUser, shown) => {
    table.memory = new MemoryTable([{ ...personaKey('org_1', 'psn_1'), name: 'Ada', status: 'active' }]);
    const settings = { expiryDays: {}, personaRememberMs: 0, sessionsByUser };
    const start = createStartChatSession(
      table.platform(() => NOW_MS),
      settings,
    );
    const body = JSON.stringify({ personaId: 'psn_1', title: 'Hello' });
    const headers = { 'content-type': 'application/json' };
    await invoke(start, call({ pathParameters: { id: 'psn_1' }, headers, body }));
    expect(titles(await list())).toEqual(shown);
  });
});
