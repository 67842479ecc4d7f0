// A call as a promise: sent at once, once, and asked for its whole answer or not.
import { expect, test, vi } from 'vitest';
import Moonborn, { MoonbornCore, NotFoundError } from '../src/index.ts';
import { fakeFetch, session } from './fake-fetch.ts';

const apiKey = 'sk_test_0123456789';
const answer = () => Response.json(session, { headers: { 'x-request-id': 'req_1' } });

function calling(answered: () => Response = answer) {
  const { fetch, asked } = fakeFetch(answered);
  const client = new Moonborn({ apiKey, fetch, maxRetries: 0 });
  return { call: client.chat.getChatSession({ id: 'chs_1' }), asked };
}

test('a call is sent at once, and once, whatever is asked of it', async () => {
  const { call, asked } = calling();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  expect(await call).toEqual(session);
  expect((await call.withResponse()).data).toEqual(session);
  expect(await call.finally()).toEqual(session);
  expect(asked).toHaveLength(1);
});

test('a call is a promise to everything that takes one', async () => {
  const { call } = calling();
  expect(call).toBeInstanceOf(Promise);
  const [one, other] = await Promise.all([call, Promise.resolve(call)]);
  expect([one, other]).toEqual([session, session]);
});

test('a call that fails is caught in every way in which a promise is', async () => {
  const gone = () => new Response('', { status: 404 });
  expect(await calling(gone).call.catch((error) => error)).toBeInstanceOf(NotFoundError);
  expect(await calling(gone).call.then(null, (error) => error)).toBeInstanceOf(NotFoundError);
  await expect(calling(gone).call.finally(() => {})).rejects.toBeInstanceOf(NotFoundError);
  await expect(calling(gone).call.withResponse()).rejects.toBeInstanceOf(NotFoundError);
});

test('the request id of a result is in no copy and no JSON of it', async () => {
  const result = await calling().call;
  expect(result.requestId).toBe('req_1');
  expect(JSON.stringify(result)).toBe(JSON.stringify(session));
  expect({ ...result }).toStrictEqual(session);
});

test('a field of the answer that has the same name is not covered', async () => {
  const result = await calling(() =>
    Response.json({ ...session, requestId: 'of the API' }, { headers: { 'x-request-id': 'req_1' } }),
  ).call;
  expect(result.requestId).toBe('of the API');
});

test('the answer has the headers as fetch gave them', async () => {
  const { headers } = await calling().call.withResponse();
  expect(headers.get('X-Request-ID')).toBe('req_1');
  expect(headers.get('x-nothing')).toBeNull();
});

test('a client for small builds makes the same calls', async () => {
  const { fetch, asked } = fakeFetch(answer);
  const { chat } = new MoonbornCore({ apiKey, fetch });
  expect(await chat.getChatSession({ id: 'chs_1' }).withResponse()).toMatchObject({
    data: session,
    attempts: 1,
    requestId: 'req_1',
  });
  expect(asked[0]?.headers.authorization).toBe(`Bearer ${apiKey}`);
});

test('a client for small builds refuses the headers that it does not send', async () => {
  const { fetch, asked } = fakeFetch(answer);
  const { chat } = new MoonbornCore({ apiKey, fetch });
  await expect(chat.getChatSession({ id: 'chs_1' }, { headers: { 'x-team': 'search' } })).rejects.toThrow(
    'use Moonborn',
  );
  expect(asked).toEqual([]);
});
