// What is refused, and how: one envelope, one code for each reason, and nothing given away.

import * as http from 'node:http';
import * as https from 'node:https';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { setPersonaStatus } from '../../admin/change-persona.ts';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import { revokeApiKey } from '../../admin/revoke-api-key.ts';
import {
  type Answer,
  call,
  newApiKey,
  newPersona,
  newTenant,
  operatorsTable,
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

function expectError(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.body).toStrictEqual({
    error: expect.objectContaining({ code, message: expect.stringMatching(/\S.{10,}\.$/) }),
  });
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-request-id')).toMatch(/\S{8,}/);
}

const path = () => `/v1/personas/${tenant.personaId}/chat/sessions`;

describe('401 unauthorized for', () => {
  test.each([
    ['no header', {}],
    ['a token that is neither', { authorization: 'Bearer x' }],
  ])('%s', async (_what, headers) => {
    const json = { personaId: tenant.personaId };
    expectError(await call('POST', path(), { json, headers }), 401, 'unauthorized');
  });

  test('two Authorization headers, even if each is good', async () => {
    const answer = await twoAuthorizationHeaders(`Bearer ${tenant.apiKey}`);
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text).error.code).toBe('unauthorized');
  });

  test('an API key that has expired', async () => {
    const expiringAt = (expiresAtMs: number) =>
      newApiKey(tenant, { scopes: ['*'], expiresOn: new Date(expiresAtMs).toISOString() });
    expect((await start(tenant, { token: await expiringAt(Date.now() + 3_600_000) })).status).toBe(201);

    const soonMs = Date.now() + 500;
    const token = await expiringAt(soonMs);
    let answer: Answer;
    do {
      answer = await start(tenant, { token });
    } while (answer.status === 201);
    expectError(answer, 401, 'unauthorized');
    expect(Date.now()).toBeGreaterThanOrEqual(soonMs);
  });

  test('an API key that was revoked', async () => {
    const { orgId, workspaceId, userId } = tenant;
    const key = { orgId, workspaceId, userId, scopes: ['*'], environment: 'live' } as const;
    const { secretKey, entry } = await issueApiKey(operatorsTable(), key);
    await revokeApiKey(operatorsTable(), entry);
    expectError(await start(tenant, { token: secretKey }), 401, 'unauthorized');
  });

  const nowSeconds = () => Math.floor(Date.now() / 1000);
  test.each<[string, () => Promise<string>]>([
    ['has expired', () => sessionJwt(tenant, { claims: { exp: nowSeconds() - 20 } })],
    ['has no org', () => sessionJwt(tenant, { without: ['org_id'] })],
    ['is signed with another key', async () => sessionJwt(tenant, { key: await anotherKey() })],
  ])('a session JWT that %s', async (_what, make) => {
    expectError(await start(tenant, { token: await make() }), 401, 'unauthorized');
  });
});

describe('403 forbidden', () => {
  test.each([
    ['read:chat', 'write:chat', () => start(tenant, { token: scoped })],
    ['read:chat', 'write:chat', () => call('POST', `/v1/chat/sessions/x/end`, { token: scoped })],
    ['read:chat', 'write:chat', () => call('DELETE', `/v1/chat/sessions/x`, { token: scoped })],
    ['write:chat', 'read:chat', () => call('GET', `/v1/chat/sessions/x`, { token: scoped })],
    ['write:chat', 'read:chat', () => call('GET', path(), { token: scoped })],
  ] as const)('a key with %s only lacks %s, which the answer names', async (held, needed, make) => {
    scoped = await newApiKey(tenant, { scopes: [held] });
    const answer = await make();
    expectError(answer, 403, 'forbidden');
    expect(answer.body.error.details).toEqual({ requiredScope: needed });
  });
  let scoped: string;

  test('is the answer to a session JWT without scopes', async () => {
    const token = await sessionJwt(tenant, { without: ['scope'] });
    expectError(await start(tenant, { token }), 403, 'forbidden');
  });
});

describe('404 not_found', () => {
  test('is one and the same body, whatever the caller may not see', async () => {
    const archived = `psn_${unique()}`;
    const elsewhere = `psn_${unique()}`;
    await newPersona({ ...tenant, personaId: archived, workspaceId: undefined });
    const { orgId } = tenant;
    await setPersonaStatus(operatorsTable(), { orgId, personaId: archived, status: 'archived' });
    await newPersona({ ...tenant, personaId: elsewhere, workspaceId: 'ws_elsewhere' });
    const foreign = await newTenant();
    const personaIds = [`psn_${unique()}`, archived, elsewhere, foreign.personaId, 'a'.repeat(65), 'psn%23x'];
    const answers = await Promise.all(personaIds.map((personaId) => startAt(personaId)));
    for (const answer of answers) {
      expectError(answer, 404, 'not_found');
    }
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  function startAt(personaId: string): Promise<Answer> {
    return call('POST', `/v1/personas/${personaId}/chat/sessions`, {
      token: tenant.apiKey,
      json: { personaId: decodeURIComponent(personaId) },
    });
  }

  test.each([
    ['GET', '/'],
    ['POST', '/v1/personas/psn_a/chat/sessions/'],
    ['POST', '/v1/personas//chat/sessions'],
    ['GET', '/%00'],
  ])('answers %s %s in the envelope, since no route names it', async (method, unknownPath) => {
    expectError(await call(method, unknownPath), 404, 'not_found');
  });
});

describe('422 validation_failed', () => {
  const json = 'application/json';
  test.each<[string, string | undefined]>([
    ['no body', undefined],
    ['malformed JSON', '{"personaId": "psn'],
    ['a body above the limit', `{"title":"${'x'.repeat(70_000)}"}`],
  ])('names the body for %s', async (_what, raw) => {
    const answer = await call('POST', path(), {
      token: tenant.apiKey,
      headers: { 'content-type': json },
      ...(raw === undefined ? {} : { raw }),
    });
    expectError(answer, 422, 'validation_failed');
    expect(answer.body.error.details.issues).toEqual([{ path: 'body', message: expect.any(String) }]);
  });

  test.each<[string, string, Record<string, unknown>]>([
    ['a missing personaId', 'personaId', {}],
    ['another persona than the path’s', 'personaId', { personaId: 'psn_other' }],
    ['a title with half a surrogate pair', 'title', { title: 'a\ud83c' }],
    ['a field named __proto__', '__proto__', JSON.parse('{"__proto__": {"x": 1}}')],
  ])('names the field for %s', async (what, field, body) => {
    const withPersona = what.includes('missing') ? body : withOwn(body, 'personaId', tenant.personaId);
    const answer = await call('POST', path(), {
      token: tenant.apiKey,
      raw: JSON.stringify(withPersona),
      headers: { 'content-type': json },
    });
    expectError(answer, 422, 'validation_failed');
    expect(answer.body.error.details.issues).toEqual([{ path: field, message: expect.any(String) }]);
    expect(answer.body.error.message).toContain(field);
  });

  test('names the Idempotency-Key', async () => {
    const answer = await start(tenant, { key: 'k'.repeat(256) });
    expectError(answer, 422, 'validation_failed');
    expect(answer.body.error.details.issues).toEqual([
      { path: 'Idempotency-Key', message: expect.any(String) },
    ]);
  });

  test('accepts JSON with a charset', async () => {
    const answer = await call('POST', path(), {
      token: tenant.apiKey,
      raw: JSON.stringify({ personaId: tenant.personaId, title: 'é' }),
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect(answer.status).toBe(201);
    expect(answer.body.session.title).toBe('é');
  });
});

/** Sets even `__proto__` and `constructor` beside as own fields, as a parser does; the field given wins. */
function withOwn(body: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
  if (!Object.hasOwn(body, name)) {
    Object.defineProperty(body, name, { value, enumerable: true });
  }
  return body;
}

async function anotherKey(): Promise<JWK> {
  const alg = stack.signingKey.alg ?? 'ES256';
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, kid: stack.signingKey.kid ?? '' };
}

/** fetch joins equal headers itself, so this one speaks HTTP on its own. */
function twoAuthorizationHeaders(value: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const { request } = stack.baseUrl.startsWith('https:') ? https : http;
    const outgoing = request(stack.baseUrl + path(), { method: 'POST' }, async (incoming) => {
      let text = '';
      for await (const chunk of incoming.setEncoding('utf8')) {
        text += chunk;
      }
      resolve({ status: incoming.statusCode, text });
    });
    outgoing.setHeader('authorization', [value, value]);
    outgoing.setHeader('content-type', 'application/json');
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify({ personaId: tenant.personaId }));
  });
}
