// What happens when the caller cancels, and what is left behind.
import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { untilAlarm } from '../src/alarm.ts';
import Moonborn, { APITimeoutError } from '../src/index.ts';
import { fakeFetch, session } from './fake-fetch.ts';

const apiKey = 'sk_test_0123456789';
const baseUrl = 'https://api.example.com';
const never = () => new Promise<Response>(() => {});

describe('cancelling', () => {
  test('before the call sends nothing and fails with the reason', async () => {
    const { fetch, asked } = fakeFetch();
    const reason = new Error('the user left');
    const call = new Moonborn({ apiKey, baseUrl, fetch }).chat.getChatSession(
      { id: 'chs_1' },
      { signal: AbortSignal.abort(reason) },
    );
    await expect(call).rejects.toBe(reason);
    expect(asked).toEqual([]);
  });

  test('without a reason fails with the AbortError that fetch fails with', async () => {
    const controller = new AbortController();
    const call = new Moonborn({ apiKey, baseUrl, fetch: fakeFetch(never).fetch }).chat.getChatSession(
      { id: 'chs_1' },
      { signal: controller.signal },
    );
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('ends the request itself', async () => {
    const { fetch, asked } = fakeFetch(never);
    const controller = new AbortController();
    const call = new Moonborn({ apiKey, baseUrl, fetch }).chat.getChatSession(
      { id: 'chs_1' },
      { signal: controller.signal },
    );
    controller.abort('enough');
    await expect(call).rejects.toBe('enough');
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  test('with a reason that looks like a failed connection is not retried', async () => {
    const { fetch, asked } = fakeFetch(never);
    const controller = new AbortController();
    const call = new Moonborn({ apiKey, baseUrl, fetch }).chat.getChatSession(
      { id: 'chs_1' },
      { signal: controller.signal },
    );
    const reason = new APITimeoutError('of another call', { code: 'timed_out' });
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(asked).toHaveLength(1);
  });

  test('stops an iteration before its next page', async () => {
    const { fetch, asked } = fakeFetch(() => Response.json({ items: [session], nextCursor: 'more' }));
    const controller = new AbortController();
    const { chat } = new Moonborn({ apiKey, baseUrl, fetch });
    const walk = async () => {
      for await (const _ of chat.listChatSessionsForPersona(
        { id: 'psn_demo' },
        { signal: controller.signal },
      )) {
        controller.abort('enough');
      }
    };
    await expect(walk()).rejects.toBe('enough');
    expect(asked).toHaveLength(1);
  });
});

test('a wait that begins after the caller cancelled ends at once', async () => {
  await expect(untilAlarm(60_000, AbortSignal.abort('enough'), () => 'rang')).rejects.toBe('enough');
});

test('a signal that outlives many calls collects no listeners', async () => {
  const { signal } = new AbortController();
  const answers = [() => Response.json(session), () => new Response('', { status: 503 })];
  let turn = 0;
  const { fetch } = fakeFetch(() => (answers[turn++ % 2] ?? expect.fail())());
  const { chat } = new Moonborn({ apiKey, baseUrl, fetch });
  for (let n = 0; n < 3; n++) await chat.getChatSession({ id: 'chs_1' }, { signal });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a timeout holds even for a fetch that does not listen to its signal', async () => {
  const client = new Moonborn({
    apiKey,
    baseUrl,
    fetch: fakeFetch(never).fetch,
    timeoutMs: 50,
    maxRetries: 0,
  });
  await expect(client.chat.getChatSession({ id: 'chs_1' })).rejects.toThrow(
    'GET https://api.example.com/v1/chat/sessions/chs_1 was not answered within 50 ms.',
  );
});

test('a timeout holds even for a body that does not listen to its signal', async () => {
  const stalled = {
    ok: true,
    status: 200,
    headers: new Headers(),
    text: () => new Promise<string>(() => {}),
  };
  const client = new Moonborn({ apiKey, baseUrl, fetch: async () => stalled, timeoutMs: 50, maxRetries: 0 });
  await expect(client.chat.getChatSession({ id: 'chs_1' })).rejects.toBeInstanceOf(APITimeoutError);
});
