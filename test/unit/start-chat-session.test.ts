// What a start checks before it touches the table, and what it says when the table fails it.
import { beforeEach, describe, expect, it } from 'vitest';
import { Outage } from '../../functions/aws/outage.ts';
import { personaKey } from '../../functions/personas/persona.ts';
import { createStartChatSession } from '../../functions/start-chat-session.ts';
import { MemoryTable } from '../memory-table.ts';
import { type Answer, type CallParts, call, invoke, KNOWN_CALLER, lambdaContext } from './call.ts';
import { captureLogs } from './log-lines.ts';
import { RecordedTable } from './recorded-table.ts';

const logs = captureLogs();
const table = new RecordedTable();
const BODY = '{"personaId":"psn_1"}';
const PERSONA = { ...personaKey('org_1', 'psn_1'), name: 'Ada', status: 'active' };

const handler = createStartChatSession(table.platform(), {
  expiryDays: {},
  personaRememberMs: 0,
  sessionsByUser: false,
});

beforeEach(() => {
  table.calls = [];
  table.memory = new MemoryTable();
  table.interfere = async () => {};
});

function start(parts: CallParts = {}, remainingMs?: number): Promise<Answer> {
  return invoke(
    handler,
    call({
      method: 'POST',
      pathParameters: { id: 'psn_1' },
      headers: { 'content-type': 'application/json', ...parts.headers },
      body: BODY,
      ...(({ headers: _, ...others }) => others)(parts),
    }),
    lambdaContext(remainingMs),
  );
}

async function problemsOf(parts: CallParts): Promise<[path: string, message: string][]> {
  const { status, body } = await start(parts);
  expect(status).toBe(422);
  expect(body.error.code).toBe('validation_failed');
  expect(table.calls).toEqual([]);
  return body.error.details.issues.map(({ path, message }: { path: string; message: string }) => [
    path,
    message,
  ]);
}

describe('a start is refused before the table is touched', () => {
  it('for a persona in the body that is not the one of the path', async () => {
    expect(await problemsOf({ body: '{"personaId":"psn_2"}' })).toEqual([
      ['personaId', 'must be the persona of the path, "psn_1", was "psn_2"'],
    ]);
  });

  it('for a body without a persona', async () => {
    expect(await problemsOf({ body: '{}' })).toEqual([['personaId', 'is required']]);
  });

  it('with every problem of body and header at once', async () => {
    const problems = await problemsOf({
      body: '{"personaId":"psn_2","title":"  ","colour":"red"}',
      headers: { 'idempotency-key': 'a b' },
    });
    expect(problems.map(([path]) => path).sort()).toEqual([
      'Idempotency-Key',
      'colour',
      'personaId',
      'title',
    ]);
  });

  it.each([
    ['', /must not be empty/],
    ['x'.repeat(256), /at most 255/],
    ['one,two', /sent once/],
    ['017f22e2-79b0-7cc3-98c4-dc0c0c07398f', /more than 24 hours/],
  ])('for the idempotency key %j', async (key, message) => {
    expect(await problemsOf({ headers: { 'idempotency-key': key } })).toEqual([
      ['Idempotency-Key', expect.stringMatching(message)],
    ]);
  });

  it('for another content type, and for a body that is no object', async () => {
    expect(await problemsOf({ headers: { 'content-type': 'text/plain' } })).toEqual([
      ['body', expect.stringContaining('must be JSON')],
    ]);
    expect(await problemsOf({ body: 'null' })).toEqual([['body', 'must be a JSON object, was null']]);
  });

  it('as not found when the path cannot name a persona', async () => {
    for (const id of ['a b', 'a#b', '../x', 'p'.repeat(65), 'ä']) {
      const { status, body } = await start({
        pathParameters: { id },
        body: JSON.stringify({ personaId: id }),
      });
      expect(status).toBe(404);
      expect(body.error.code).toBe('not_found');
    }
    expect(table.calls).toEqual([]);
  });

  it('as unauthorized or forbidden before its body is looked at', async () => {
    expect((await start({ verdict: { authn: 'missing' }, body: 'broken' })).status).toBe(401);
    expect((await start({ verdict: { ...KNOWN_CALLER, scopes: 'read:chat' }, body: 'broken' })).status).toBe(
      403,
    );
    expect(table.calls).toEqual([]);
  });
});

describe('a start', () => {
  it('reads the persona once and writes the session once', async () => {
    table.memory = new MemoryTable([PERSONA]);
    const { status, body } = await start();
    expect(status).toBe(201);
    expect(body.session).toMatchObject({
      personaId: 'psn_1',
      orgId: 'org_1',
      userId: 'usr_1',
      title: 'Chat with Ada',
    });
    expect(table.verbs()).toEqual(['get', 'put']);
  });

  it('asks twice, the second time consistently, before it says that there is no such persona', async () => {
    expect((await start()).status).toBe(404);
    expect(table.calls.map(({ args }) => args)).toEqual([
      [personaKey('org_1', 'psn_1'), { consistent: false }],
      [personaKey('org_1', 'psn_1')],
    ]);
  });

  it('is a 503 within its time while the table does not answer at all, and ends the call', async () => {
    let ended = false;
    table.interfere = (_call, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          ended = true;
          reject(new Outage('aborted'));
        });
      });
    expect((await start({}, 1_050)).status).toBe(503);
    expect(ended).toBe(true);
  });

  it('is a 500 that gives nothing away when it may not use the table', async () => {
    table.interfere = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    const { status, text } = await start();
    expect(status).toBe(500);
    expect(text).not.toMatch(/AccessDenied|dynamo|sessions/i);
  });

  it('logs no title, no key and no body, come what may', async () => {
    const secretive: CallParts = {
      body: '{"personaId":"psn_1","title":"secret title"}',
      headers: { 'idempotency-key': 'secret-key', authorization: 'Bearer secret' },
    };
    const failures = [new Outage('no answer'), new Error('mistake')];
    for (const interfere of [async () => {}, ...failures.map((failure) => () => Promise.reject(failure))]) {
      table.interfere = interfere;
      await start(secretive);
    }
    table.interfere = async () => {};
    table.memory = new MemoryTable([PERSONA]);
    await start(secretive);
    await start({ ...secretive, body: '{"secret":"secret"' });
    await start({ ...secretive, body: '{"personaId":"psn_1","title":7,"secret":1}' });
    expect(logs.parsed()).toHaveLength(6);
    expect(logs.text()).not.toContain('secret');
  });
});
