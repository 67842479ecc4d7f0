// Starting a session: what comes back, and with which credentials.
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { setPersonaStatus } from '../../admin/change-persona.ts';
import {
  call,
  newApiKey,
  newPersona,
  newTenant,
  operatorsTable,
  sessionJwt,
  start,
  type Tenant,
  unique,
} from './harness.ts';

const RFC3339_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let tenant: Tenant;
beforeAll(async () => {
  tenant = await newTenant();
});

function expectStarted(session: Record<string, unknown>, { title }: { title: string }): void {
  expect(session).toStrictEqual({
    sessionId: expect.stringMatching(new RegExp(`^chs_[0-7][0-9A-HJKMNP-TV-Z]{25}_${tenant.personaId}$`)),
    orgId: tenant.orgId,
    workspaceId: tenant.workspaceId,
    personaId: tenant.personaId,
    userId: tenant.userId,
    title,
    status: 'active',
    messageCount: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsdMicros: 0,
    startedAt: expect.stringMatching(RFC3339_MS),
    lastActiveAt: session.startedAt,
    endedAt: '',
  });
}

describe('a start', () => {
  test('with an API key answers 201 with the whole session and nothing else', async () => {
    const answer = await start(tenant, { title: 'Plans' });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body)).toEqual(['session']);
    expectStarted(answer.body.session, { title: 'Plans' });
  });

  test('with a session JWT answers the same shape, for the user that is its sub', async () => {
    const answer = await start(tenant, { token: await sessionJwt(tenant), title: 'Plans' });
    expect(answer.status).toBe(201);
    expectStarted(answer.body.session, { title: 'Plans' });
  });

  test('says JSON, forbids caching and names the request', async () => {
    const { headers } = await start(tenant);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-request-id')).toMatch(/\S{8,}/);
    expect(headers.get('idempotent-replayed')).toBeNull();
  });

  test('without a title takes one from the persona', async () => {
    const { body } = await start(tenant);
    expectStarted(body.session, { title: 'Chat with Luna' });
  });

  test.each([
    ['is trimmed', '  Plans\n', 'Plans'],
    ['may be 200 emoji long', '🎉'.repeat(200), '🎉'.repeat(200)],
    ['may be written right to left', 'שלום עולם', 'שלום עולם'],
    ['may hold a NUL', 'a\u0000b', 'a\u0000b'],
  ])('whose title %s keeps it', async (_what, title, kept) => {
    const { status, body } = await start(tenant, { title });
    expect(status).toBe(201);
    expect(body.session.title).toBe(kept);
    const read = await call('GET', `/v1/chat/sessions/${body.session.sessionId}`, { token: tenant.apiKey });
    expect(read.body.title).toBe(kept);
  });

  test('without a key starts another session each time', async () => {
    const ids = await Promise.all([start(tenant), start(tenant), start(tenant)]);
    expect(new Set(ids.map(({ body }) => body.session.sessionId)).size).toBe(3);
  });

  test('is possible on a persona of the caller’s own workspace', async () => {
    const personaId = `psn_${unique()}`;
    await newPersona({ ...tenant, personaId });
    expect((await start({ ...tenant, personaId })).status).toBe(201);
  });
});

describe.each([
  ['a UUIDv7', () => uuidv7()],
  ['a UUIDv4', () => uuidv4()],
  ['any visible text', () => `order/${unique()}?x=(1)`],
  ['255 characters', () => unique().padEnd(255, '~')],
])('a start whose key is %s', (_kind, newKey) => {
  test('answers every repetition byte for byte, and marks it', async () => {
    const key = newKey();
    const first = await start(tenant, { key, title: 'Once' });
    const again = await start(tenant, { key, title: 'Once' });
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.status).toBe(201);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test('answers the first 201 however far the session has moved on', async () => {
    const key = newKey();
    const first = await start(tenant, { key });
    await call('POST', `/v1/chat/sessions/${first.body.session.sessionId}/end`, { token: tenant.apiKey });
    expect((await start(tenant, { key })).text).toBe(first.text);
  });

  test('refuses another body under the same key', async () => {
    const key = newKey();
    await start(tenant, { key, title: 'One' });
    const other = await start(tenant, { key, title: 'Two' });
    expect(other.status).toBe(409);
    expect(other.body.error.code).toBe('idempotency_conflict');
  });

  test('is another intent for another user, persona or workspace', async () => {
    const key = newKey();
    const otherPersona = `psn_${unique()}`;
    await newPersona({ ...tenant, personaId: otherPersona, workspaceId: undefined });
    const keyOf = async (changed: Partial<Tenant>) => newApiKey({ ...tenant, ...changed }, { scopes: ['*'] });
    const answers = [
      await start(tenant, { key }),
      await start({ ...tenant, personaId: otherPersona }, { key }),
      await start(tenant, { key, token: await keyOf({ userId: 'usr_other' }) }),
      await start(tenant, { key, token: await keyOf({ workspaceId: 'ws_other' }) }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.session.sessionId)).size).toBe(4);
  });

  test('still answers when the persona was archived after the start', async () => {
    const personaId = `psn_${unique()}`;
    await newPersona({ ...tenant, personaId, workspaceId: undefined });
    const key = newKey();
    const first = await start({ ...tenant, personaId }, { key });
    await setPersonaStatus(operatorsTable(), { orgId: tenant.orgId, personaId, status: 'archived' });
    const again = await start({ ...tenant, personaId }, { key });
    expect(again.text).toBe(first.text);
    expect((await start({ ...tenant, personaId }, { key: newKey() })).status).toBe(404);
  });

  test('does not bring a deleted session back', async () => {
    const key = newKey();
    const { body } = await start(tenant, { key });
    await call('DELETE', `/v1/chat/sessions/${body.session.sessionId}`, { token: tenant.apiKey });
    const again = await start(tenant, { key });
    expect(again.status).toBe(409);
    expect(again.body.error.code).toBe('state_conflict');
  });
});

test('a UUIDv7 key means the same in capitals', async () => {
  const key = uuidv7();
  const first = await start(tenant, { key });
  expect((await start(tenant, { key: key.toUpperCase() })).text).toBe(first.text);
});
