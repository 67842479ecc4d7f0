// What goes over the wire, and how the runtime's fetch is treated.
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import Moonborn from '../src/index.ts';
import { fakeFetch, session } from './fake-fetch.ts';

const apiKey = 'sk_test_0123456789';
afterEach(() => vi.unstubAllGlobals());

async function requestOf(
  make: (chat: Moonborn['chat']) => Promise<unknown>,
  answer = () => Response.json(session),
) {
  const { fetch, asked } = fakeFetch(answer);
  await make(new Moonborn({ apiKey, fetch }).chat);
  return asked[0] ?? expect.fail('nothing was sent');
}

const read = (chat: Moonborn['chat']) => chat.getChatSession({ id: 'chs_1' });
const start = (chat: Moonborn['chat']) => chat.startChatSession({ id: 'psn_demo', personaId: 'psn_demo' });

test('a start sends its body as JSON, without a title that is not given', async () => {
  const request = await requestOf(start, () => Response.json({ session }, { status: 201 }));
  expect(request).toMatchObject({ method: 'POST', body: '{"personaId":"psn_demo"}' });
  expect(request.headers).toMatchObject({ accept: 'application/json', 'content-type': 'application/json' });
});

test('a read sends neither a body nor its type', async () => {
  const request = await requestOf(read);
  expect(request).not.toHaveProperty('body');
  expect(request.headers).not.toHaveProperty('content-type');
});

test('every start has a key of its own', async () => {
  const { fetch, asked } = fakeFetch(() => Response.json({ session }, { status: 201 }));
  const { chat } = new Moonborn({ apiKey, fetch });
  for (let n = 0; n < 100; n++) await start(chat);
  expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(100);
});

test('servers are told the version of the SDK and the runtime', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Deno/2.9.0' });
  expect((await requestOf(read)).headers['user-agent']).toBe(
    `moonborn-typescript/${manifest.version} Deno/2.9.0`,
  );
  vi.stubGlobal('navigator', undefined);
  expect((await requestOf(read)).headers['user-agent']).toBe(`moonborn-typescript/${manifest.version}`);
});

test('in a browser only headers go out that the API must allow anyway', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' });
  const { headers } = await requestOf(start, () => Response.json({ session }, { status: 201 }));
  expect(Object.keys(headers).sort()).toEqual(['accept', 'authorization', 'content-type', 'idempotency-key']);
});

test('in a browser a later attempt goes out with the same headers, since CORS allows no others', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' });
  const answers = [new Response('', { status: 503 }), Response.json(session)];
  const { fetch, asked } = fakeFetch(() => answers.shift() ?? expect.fail('a third attempt'));
  await read(new Moonborn({ apiKey, fetch }).chat);
  expect(asked.map(({ headers }) => Object.keys(headers).sort())).toEqual([
    ['accept', 'authorization'],
    ['accept', 'authorization'],
  ]);
});

test('headers of a caller may come in every form in which fetch takes them', async () => {
  for (const headers of [
    new Headers({ 'X-Team': 'a' }),
    [['X-Team', 'a']] as const,
    new Map([['X-Team', 'a']]),
  ]) {
    const request = await requestOf((chat) => chat.getChatSession({ id: 'chs_1' }, { headers }));
    expect(request.headers).toMatchObject({ 'x-team': 'a' });
  }
});

test('the headers of one call are not those of the next', async () => {
  const { fetch, asked } = fakeFetch();
  const { chat } = new Moonborn({ apiKey, fetch, defaultHeaders: { 'x-team': 'a' } });
  await chat.getChatSession({ id: 'chs_1' }, { headers: { 'x-team': 'b', 'x-trace': '1' } });
  await read(chat);
  expect(asked.map(({ headers }) => [headers['x-team'], headers['x-trace']])).toEqual([
    ['b', '1'],
    ['a', undefined],
  ]);
});

test('fetch is called as a function of its own, as browsers and workers demand', async () => {
  let receiver: unknown = 'not called';
  const fetch = function (this: unknown) {
    receiver = this;
    return Promise.resolve(Response.json(session));
  };
  await read(new Moonborn({ apiKey, fetch }).chat);
  expect(receiver).toBeUndefined();
});

test('a fetch that is replaced later is the one that is used', async () => {
  const { chat } = new Moonborn({ apiKey });
  const { fetch, asked } = fakeFetch();
  vi.stubGlobal('fetch', fetch);
  await read(chat);
  expect(asked).toHaveLength(1);
});

test('a runtime without fetch is told to pass one', async () => {
  vi.stubGlobal('fetch', undefined);
  await expect(read(new Moonborn({ apiKey }).chat)).rejects.toThrow('pass one as `fetch`');
});

test('calls one after the other do not open a connection each', async () => {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    sockets.add(request.socket);
    response.end(JSON.stringify(session));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { chat } = new Moonborn({ apiKey, baseUrl: `http://127.0.0.1:${port}` });
  for (let n = 0; n < 10; n++) await read(chat);
  server.close();
  server.closeAllConnections();
  // Node’s own fetch takes a second one when the first is not yet marked as free.
  expect(sockets.size).toBeLessThanOrEqual(2);
});
