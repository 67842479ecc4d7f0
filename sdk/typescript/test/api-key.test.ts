// A key that is a function: when it is asked, and what happens when it does not answer.
import { describe, expect, test } from 'vitest';
import Moonborn, { APITimeoutError, UsageError } from '../src/index.ts';
import { expectNoKey } from './check-outcome.ts';
import { fakeFetch, session } from './fake-fetch.ts';

const read = { id: 'chs_1' };

test('a function may give its key at once', async () => {
  const { fetch, asked } = fakeFetch();
  await new Moonborn({ apiKey: () => 'jwt_1', fetch }).chat.getChatSession(read);
  expect(asked[0]?.headers.authorization).toBe('Bearer jwt_1');
});

test('a function is not asked before there is a call', async () => {
  let asked = 0;
  const { chat } = new Moonborn({ apiKey: () => `jwt_${++asked}`, fetch: fakeFetch().fetch });
  expect(asked).toBe(0);
  await chat.getChatSession(read);
  await chat.getChatSession(read);
  expect(asked).toBe(2);
});

test('the error of a function is the cause', async () => {
  const cause = new Error('the token endpoint is down');
  const client = new Moonborn({ apiKey: () => Promise.reject(cause), fetch: fakeFetch().fetch });
  const error = await client.chat.getChatSession(read).catch((reason) => reason);
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain('the token endpoint is down');
  expect(error.cause).toBe(cause);
});

describe('a function that does not answer', () => {
  test('is not waited for longer than an attempt may take, and nothing is sent when it answers later', async () => {
    const { fetch, asked } = fakeFetch();
    let answer = (_key: string) => {};
    const apiKey = () => new Promise<string>((resolve) => (answer = resolve));
    const call = new Moonborn({ apiKey, fetch, timeoutMs: 30, maxRetries: 0 }).chat.getChatSession(read);
    await expect(call).rejects.toBeInstanceOf(APITimeoutError);
    answer('jwt_1');
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([]);
  });

  test('is left when the caller cancels', async () => {
    const controller = new AbortController();
    const { chat } = new Moonborn({ apiKey: () => new Promise<string>(() => {}), fetch: fakeFetch().fetch });
    const call = chat.getChatSession(read, { signal: controller.signal });
    controller.abort('enough');
    await expect(call).rejects.toBe('enough');
  });

  test('after a 401 is not waited for longer than an attempt may take', async () => {
    let asked = 0;
    const apiKey = () => (++asked === 1 ? 'jwt_1' : new Promise<string>(() => {}));
    const { fetch } = fakeFetch(() => new Response('', { status: 401 }));
    const call = new Moonborn({ apiKey, fetch, timeoutMs: 30 }).chat.getChatSession(read);
    await expect(call).rejects.toBeInstanceOf(APITimeoutError);
    expect(asked).toBe(2);
  });
});

test('a function that fails after a 401 is the error', async () => {
  let asked = 0;
  const apiKey = () => {
    if (++asked === 2) throw new Error('signed out');
    return 'jwt_1';
  };
  const { fetch } = fakeFetch(() => new Response('', { status: 401 }));
  await expect(new Moonborn({ apiKey, fetch }).chat.getChatSession(read)).rejects.toThrow('signed out');
});

test('an error shows none of the keys that calls at the same time were made with', async () => {
  let asked = 0;
  const keys = ['jwt_first', 'jwt_second', 'jwt_third'];
  const echo = () => Response.json({ error: { message: keys.join(' ') } }, { status: 403 });
  const { chat } = new Moonborn({ apiKey: () => keys[asked++] ?? 'jwt_more', fetch: fakeFetch(echo).fetch });
  const errors = await Promise.all(keys.map(() => chat.getChatSession(read).catch((error) => error)));
  for (const error of errors) for (const key of keys) expectNoKey(error, key);
});

test('a client prints no key that its function gave', async () => {
  const client = new Moonborn({ apiKey: () => 'jwt_secret', fetch: fakeFetch().fetch });
  await client.chat.getChatSession(read);
  expectNoKey(client, 'jwt_secret');
  expect(session.sessionId).toBe('chs_1');
});
