// Bodies made to confuse, to exhaust or to get at what is behind: refused, and the service is as before.
import { beforeAll, describe, expect, it } from 'vitest';
import { call, newTenant, start, type Tenant } from '../api/harness.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await newTenant();
});

function send(raw: string) {
  return call('POST', `/v1/personas/${tenant.personaId}/chat/sessions`, {
    token: tenant.apiKey,
    headers: { 'content-type': 'application/json' },
    raw,
  });
}

const withField = (field: string) => `{"personaId":"${tenant.personaId}",${field}}`;

describe('A body with a field that every object has', () => {
  it('leaves nothing behind for the next call', async () => {
    await send(withField('"__proto__":{"title":"Polluted","scopes":"*"}'));
    await send('{"__proto__":{"personaId":"psn_polluted"}}');

    const { status, body } = await start(tenant);

    expect(status).toBe(201);
    expect(body.session.title).toBe('Chat with Luna');
  });
});

describe('A body that is deep or huge', () => {
  it.each([
    ['50,000 arrays in one another', () => withField(`"title":${'['.repeat(32_000)}${']'.repeat(32_000)}`)],
    ['objects in one another', () => withField(`"title":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)],
    ['a bracket that is never closed', () => '['.repeat(60_000)],
    ['thousands of fields', () => `{${Array.from({ length: 5_000 }, (_, i) => `"f${i}":1`).join(',')}}`],
    ['one field with a name of 60 kB', () => withField(`"${'n'.repeat(60_000)}":1`)],
    ['a title of 60 kB', () => withField(`"title":"${'t'.repeat(60_000)}"`)],
    ['100 kB', () => withField(`"title":"${'t'.repeat(100_000)}"`)],
    ['5 MB', () => withField(`"title":"${'t'.repeat(5_000_000)}"`)],
    ['a number of 50,000 digits', () => withField(`"title":${'9'.repeat(50_000)}`)],
  ])('(%s) is refused within the time of the function, with a short answer', async (_, body) => {
    const answer = await send(body());

    expect(answer.status).toBe(422);
    expect(answer.body.error.code).toBe('validation_failed');
    expect(answer.text.length).toBeLessThan(8_000);
  });

  it('beyond what the gateway takes is refused by the gateway', async () => {
    const answer = await send('x'.repeat(10 * 1024 * 1024 + 1));
    expect(answer.status).toBe(413);
  });
});

describe('A body that says two things', () => {
  it('about the persona must mean the one of the path, which the last is', async () => {
    const { status, body } = await send(`{"personaId":"${tenant.personaId}","personaId":"psn_another"}`);
    expect(status).toBe(422);
    expect(body.error.details.issues[0].path).toBe('personaId');
  });
});
