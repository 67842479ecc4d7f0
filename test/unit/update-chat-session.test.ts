// Changes of a session: field by field, without a session that was not there, and without touching what its start answered.
import { beforeEach, describe, expect, it } from 'vitest';
import { personaKey } from '../../functions/personas/persona.ts';
import { createStartChatSession } from '../../functions/start-chat-session.ts';
import { createUpdateChatSession } from '../../functions/update-chat-session.ts';
import { MemoryTable } from '../memory-table.ts';
import { type Answer, call, invoke } from './call.ts';
import { captureLogs } from './log-lines.ts';
import { RecordedTable } from './recorded-table.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00.000Z');
const KEY = 'an-idempotency-key';
const METADATA = { topic: 'billing', __proto: 'x' };

const logs = captureLogs();
let table: RecordedTable;
let requests = 0;

beforeEach(() => {
  table = new RecordedTable();
  table.memory = new MemoryTable([{ ...personaKey('org_1', 'psn_1'), name: 'Ada', status: 'active' }]);
});

const jsonCall = (id: string, body: string, headers: Record<string, string> = {}) =>
  call({ pathParameters: { id }, headers: { 'content-type': 'application/json', ...headers }, body });

function start(fields: object = {}): Promise<Answer> {
  const handler = createStartChatSession(
    table.platform(() => NOW_MS),
    { expiryDays: {}, personaRememberMs: 0, sessionsByUser: false },
  );
  const body = JSON.stringify({ personaId: 'psn_1', ...fields });
  const event = jsonCall('psn_1', body, { 'idempotency-key': KEY });
  requests += 1;
  const requestContext = { ...event.requestContext, requestId: `request-${requests}` };
  return invoke(handler, { ...event, requestContext });
}

function update(id: string, body: string): Promise<Answer> {
  return invoke(createUpdateChatSession(table.platform(() => NOW_MS)), jsonCall(id, body));
}

describe('metadata', () => {
  it('is in the answers of a session that was given it, and of no other', async () => {
    expect((await start({ metadata: METADATA })).body.session.metadata).toEqual(METADATA);
    table.memory = new MemoryTable([{ ...personaKey('org_1', 'psn_1'), name: 'Ada', status: 'active' }]);
    expect((await start()).body.session).not.toHaveProperty('metadata');
  });

  it('keeps keys that mean something to JavaScript, as they are', async () => {
    const { body } = await start({});
    const answer = await update(
      body.session.sessionId,
      '{"metadata":{"__proto__":"a","constructor":"b","é😀":"c"}}',
    );
    expect(answer.text).toContain('"metadata":{"__proto__":"a","constructor":"b","é😀":"c"}');
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  it('belongs to the payload of an idempotency key, in whatever order it comes', async () => {
    const first = await start({ metadata: { b: '2', a: '1' } });
    const again = await start({ metadata: { a: '1', b: '2' } });
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect((await start({ metadata: { a: '1' } })).body.error.code).toBe('idempotency_conflict');
    expect((await start({})).body.error.code).toBe('idempotency_conflict');
  });

  it.each<[unknown, RegExp]>([
    [null, /must be an object of texts/],
    ['text', /must be an object of texts/],
    [['a'], /must be an object of texts/],
    [{ a: 1 }, /must have texts as values, had a value of type number/],
    [{ a: null }, /had null/],
    [{ '': 'x' }, /keys of 1 to 64 characters, had one of 0/],
    [{ ['k'.repeat(65)]: 'x' }, /keys of 1 to 64 characters, had one of 65/],
    [{ a: 'v'.repeat(513) }, /at most 512 characters, had one of 513/],
    [{ a: '\ud800' }, /half of a surrogate pair/],
    [Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, ''])), /at most 16 pairs, had 17/],
    [
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, 'v'.repeat(500)])),
      /at most 4096 bytes/,
    ],
  ])('is refused as %j', async (metadata, message) => {
    const { status, body } = await start({ metadata });
    expect(status).toBe(422);
    expect(body.error.details.issues).toEqual([
      { path: 'metadata', message: expect.stringMatching(message) },
    ]);
  });

  it('is never logged', async () => {
    const { body } = await start({ metadata: { secret: 'secret' } });
    await start({ metadata: { secret: 7 } });
    await update(body.session.sessionId, '{"metadata":{"secret":"secret"},"title":"secret"}');
    expect(logs.text()).not.toContain('secret');
  });
});

describe('a change', () => {
  it('leaves the fields alone that it does not name', async () => {
    const { sessionId } = (await start({ title: 'First', metadata: { a: '1' } })).body.session;
    expect((await update(sessionId, '{"title":" Second "}')).body.session).toMatchObject({
      title: 'Second',
      metadata: { a: '1' },
      status: 'active',
    });
    expect((await update(sessionId, '{"metadata":{"b":"2"}}')).body.session).toMatchObject({
      title: 'Second',
      metadata: { b: '2' },
    });
    expect((await update(sessionId, '{"archived":true}')).body.session).toMatchObject({
      title: 'Second',
      status: 'archived',
    });
    expect((await update(sessionId, '{"archived":false}')).body.session.status).toBe('active');
  });

  it('is one write, and none is read before', async () => {
    const { sessionId } = (await start()).body.session;
    table.calls = [];
    await update(sessionId, '{"title":"New","metadata":{},"archived":true}');
    expect(table.verbs()).toEqual(['update']);
  });

  it('does not change what the start is answered when it comes again', async () => {
    const first = await start({ title: 'First', metadata: { a: '1' } });
    await update(first.body.session.sessionId, '{"title":"Second","metadata":{"b":"2"},"archived":true}');
    expect((await start({ title: 'First', metadata: { a: '1' } })).text).toBe(first.text);
  });

  it('creates no session, and brings no deleted one back', async () => {
    const { sessionId } = (await start()).body.session;
    const [, session] = table.memory.items();
    const tombstone = { ...session, status: 'deleted', deleteRequestId: 'r', expiresAt: 4_000_000_000 };
    table.memory = new MemoryTable(session === undefined ? [] : [{ ...session, ...tombstone }]);
    const before = table.memory.items();
    expect((await update(sessionId, '{"archived":false}')).status).toBe(404);
    expect((await update(sessionId.replace('chs_0', 'chs_1'), '{"archived":false}')).status).toBe(404);
    expect(table.memory.items()).toEqual(before);
  });

  it.each([
    ['{}', 'body'],
    ['{"title":""}', 'title'],
    ['{"title":null}', 'title'],
    ['{"archived":"yes"}', 'archived'],
    ['{"status":"archived"}', 'status'],
  ])('is refused as %s', async (body, path) => {
    const { sessionId } = (await start()).body.session;
    table.calls = [];
    const answer = await update(sessionId, body);
    expect(answer.status).toBe(422);
    expect(answer.body.error.details.issues[0].path).toBe(path);
    expect(table.calls).toEqual([]);
  });
});
