// Answers are not kept: a fetch that caches unless told otherwise, and one that refuses to be told.
import { afterEach, expect, test, vi } from 'vitest';
import Moonborn, { type Fetch } from '../src/index.ts';
import { fakeFetch, session } from './fake-fetch.ts';

const apiKey = 'sk_test_0123456789';
afterEach(() => vi.unstubAllGlobals());

// As Next.js 13 and 14 do with a request that states no `cache`, whatever its method.
function keeping(fetch: Fetch): Fetch {
  const kept = new Map<string, Promise<Response>>();
  return async (url, request) => {
    if (request.cache === 'no-store') return fetch(url, request);
    const name = JSON.stringify([url, request.method, request.headers, request.body]);
    const answer = kept.get(name) ?? (fetch(url, request) as Promise<Response>);
    kept.set(name, answer);
    return (await answer).clone();
  };
}

test('every call asks the API, where fetch would keep its answers', async () => {
  let asked = 0;
  const fetch = keeping(async () => {
    asked++;
    return Response.json({ ...session, session, alreadyEnded: asked > 1, items: [], nextCursor: '' });
  });
  const { chat } = new Moonborn({ apiKey, fetch });
  for (let turn = 0; turn < 2; turn++) {
    await chat.getChatSession({ id: 'chs_1' });
    await chat.listChatSessionsForPersona({ id: 'psn_demo' });
    await chat.endChatSession({ id: 'chs_1' });
    await chat.deleteChatSession({ id: 'chs_1' });
  }
  expect(asked).toBe(8);
});

// workerd with a compatibility date before 2024-11-11: neither the option nor the property of a request.
test('a runtime that refuses the option is not given it', async () => {
  vi.stubGlobal('Request', class {});
  const { fetch, asked } = fakeFetch();
  vi.stubGlobal('fetch', (url: string, request: Parameters<Fetch>[1]) => {
    if ('cache' in request) {
      throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
    }
    return fetch(url, request);
  });
  await new Moonborn({ apiKey }).chat.getChatSession({ id: 'chs_1' });
  expect(asked).toHaveLength(1);
});

test('a runtime that has a fetch but no requests is not given the option', async () => {
  vi.stubGlobal('Request', undefined);
  const { fetch, asked } = fakeFetch();
  await new Moonborn({ apiKey, fetch }).chat.getChatSession({ id: 'chs_1' });
  expect(asked[0]).not.toHaveProperty('cache');
});

test('the error by which Next.js leaves a static page passes through, at once', async () => {
  const dynamic = Object.assign(new Error('Dynamic server usage'), { digest: 'DYNAMIC_SERVER_USAGE' });
  const { fetch, asked } = fakeFetch(() => Promise.reject(dynamic));
  await expect(new Moonborn({ apiKey, fetch }).chat.getChatSession({ id: 'chs_1' })).rejects.toBe(dynamic);
  expect(asked).toHaveLength(1);
});
