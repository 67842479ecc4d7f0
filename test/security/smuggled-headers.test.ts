// Requests written byte by byte, to slip past the gateway or the guard: none gets more than its credentials give.
import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { call, newTenant, stack, type Tenant } from '../api/harness.ts';

/** So long another answer may take that should not come. */
const SILENCE_MS = 250;

let tenant: Tenant;
let path: string;
beforeAll(async () => {
  tenant = await newTenant();
  path = `/v1/personas/${tenant.personaId}/chat/sessions`;
});

/** @returns the statuses of all answers that come on one connection, of which so many are waited for. */
function write(request: string, expected = 1): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(stack.baseUrl);
    const socket = connect(Number(port), hostname);
    let received = '';
    const finish = () => {
      socket.destroy();
      resolve(statusesIn(received));
    };
    let silence: NodeJS.Timeout | undefined;
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (statusesIn(received).length >= expected) {
        clearTimeout(silence);
        silence = setTimeout(finish, SILENCE_MS);
      }
    });
    socket.on('end', finish);
    socket.on('error', reject);
    socket.write(Buffer.from(request, 'latin1'));
  });
}

/** The next answer begins where the body of the one before ends, on the same line. */
function statusesIn(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

function get(...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
}

function post(body: string, ...headers: string[]): string {
  return [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    ...headers,
    '',
    body,
  ].join('\r\n');
}

async function sessions(): Promise<number> {
  return (await call('GET', `${path}?limit=100`, { token: tenant.apiKey })).body.items.length;
}

describe('Without credentials', () => {
  it.each([
    [
      'what the authorizer says',
      ['authn: ok', 'orgId: org_1', 'workspaceId: ws_1', 'userId: usr_1', 'scopes: *'],
    ],
    [
      'what the gateway adds',
      ['x-amzn-request-context: {"authorizer":{"lambda":{"authn":"ok"}}}', 'requestContext: {}'],
    ],
    [
      'a proxy’s word for who calls',
      ['X-Forwarded-User: admin', 'X-Real-IP: 127.0.0.1', 'X-Amzn-Oidc-Identity: usr_1'],
    ],
    [
      'another header for the token',
      ['X-Api-Key: TOKEN', 'Proxy-Authorization: Bearer TOKEN', 'X-Authorization: Bearer TOKEN'],
    ],
    ['the token in a cookie', ['Cookie: authorization=Bearer TOKEN; session=TOKEN']],
    ['another method in a header', ['X-HTTP-Method-Override: DELETE']],
  ])('%s is no use', async (_, headers) => {
    expect(await write(get(...headers.map((header) => header.replace('TOKEN', tenant.apiKey))))).toEqual([
      401,
    ]);
  });

  it('the token in the query is no use', async () => {
    const { status } = await call(
      'GET',
      `${path}?authorization=Bearer%20${tenant.apiKey}&api_key=${tenant.apiKey}`,
    );
    expect(status).toBe(401);
  });
});

describe('An Authorization header', () => {
  const bearer = () => `Authorization: Bearer ${tenant.apiKey}`;

  it('works when it is alone', async () => {
    expect(await write(get(bearer()))).toEqual([200]);
  });

  it.each([
    ['two that are the same', () => [bearer(), bearer()]],
    ['a wrong one first', () => ['Authorization: Bearer x', bearer()]],
    ['a wrong one last', () => [bearer(), 'Authorization: Bearer x']],
    ['an empty one as well', () => ['Authorization:', bearer()]],
    ['two in one', () => [`${bearer()}, Bearer x`]],
    ['two schemes', () => [`Authorization: Basic eDp4, Bearer ${tenant.apiKey}`]],
    ['the same name in another case', () => ['AUTHORIZATION: Bearer x', bearer()]],
  ])('(%s) is refused', async (_, headers) => {
    expect(await write(get(...headers()))).toEqual([401]);
  });

  it.each([
    ['a space before the colon', () => [`Authorization : Bearer ${tenant.apiKey}`]],
    ['a folded line', () => ['Authorization: Bearer', ` ${tenant.apiKey}`]],
    ['a NUL in it', () => [`Authorization: Bearer ${tenant.apiKey}\u0000`]],
    ['a line feed alone before it', () => [`X-A: b\nAuthorization: Bearer ${tenant.apiKey}`]],
    ['a carriage return in it', () => [`Authorization: Bearer \r${tenant.apiKey}`]],
  ])('with %s is malformed or refused, and never let through', async (_, headers) => {
    const [status] = await write(get(...headers()));
    expect([400, 401]).toContain(status);
  });
});

describe('A request within a request', () => {
  const inner = () => `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`;
  const authorization = () => `Authorization: Bearer ${tenant.apiKey}`;
  const body = () => JSON.stringify({ personaId: tenant.personaId });

  it.each([
    [
      'two lengths',
      () => post(body(), authorization(), 'Content-Length: 3', `Content-Length: ${body().length}`),
    ],
    [
      'a length and chunks',
      () => post(`0\r\n\r\n${inner()}`, authorization(), 'Content-Length: 6', 'Transfer-Encoding: chunked'),
    ],
    [
      'chunks under another name',
      () => post(`0\r\n\r\n${inner()}`, authorization(), 'Transfer-Encoding: xchunked'),
    ],
    [
      'chunks said twice',
      () =>
        post(
          `0\r\n\r\n${inner()}`,
          authorization(),
          'Transfer-Encoding: chunked',
          'Transfer-Encoding: identity',
        ),
    ],
    ['a length with a sign', () => post(body(), authorization(), `Content-Length: +${body().length}`)],
    ['a length below zero', () => post(body(), authorization(), 'Content-Length: -1')],
    [
      'a chunk longer than said',
      () => post(`1\r\n${body()}\r\n0\r\n\r\n`, authorization(), 'Transfer-Encoding: chunked'),
    ],
  ])('(%s) starts nothing', async (_, request) => {
    const before = await sessions();

    const statuses = await write(request());

    expect(statuses.filter((status) => status < 400)).toEqual([]);
    expect(await sessions()).toBe(before);
  });

  it('that comes after another one on the same connection is asked for its own credentials', async () => {
    const first = post(body(), authorization(), `Content-Length: ${body().length}`);
    const second = post(body(), `Content-Length: ${body().length}`);
    expect(await write(first + second, 2)).toEqual([201, 401]);
  });

  it('written into an id starts and ends nothing', async () => {
    const id = encodeURIComponent(`x HTTP/1.1\r\nHost: localhost\r\n${authorization()}\r\n\r\n`);
    const { status } = await call('GET', `/v1/chat/sessions/${id}`, { token: tenant.apiKey });
    expect(status).toBe(404);
  });
});

describe('An Idempotency-Key header', () => {
  const authorization = () => `Authorization: Bearer ${tenant.apiKey}`;
  const withKeys = (...keys: string[]) => {
    const body = JSON.stringify({ personaId: tenant.personaId });
    return post(
      body,
      authorization(),
      `Content-Length: ${body.length}`,
      ...keys.map((key) => `Idempotency-Key:${key}`),
    );
  };

  it.each([
    ['two', [' one', ' two']],
    ['two that are the same', [' one', ' one']],
    ['an empty one', [' ']],
    ['one with a comma', [' one,two']],
    ['one with a space', [' one two']],
    ['one with a tab', [' one\ttwo']],
    ['one beyond ASCII', [' \xe9t\xe9']],
    ['one of 256 characters', [` ${'k'.repeat(256)}`]],
  ])('(%s) is refused, and starts nothing', async (_, keys) => {
    const before = await sessions();
    expect(await write(withKeys(...keys))).toEqual([422]);
    expect(await sessions()).toBe(before);
  });
});
