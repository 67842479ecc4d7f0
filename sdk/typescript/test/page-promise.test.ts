// A list that can be awaited or walked over.
import { expect, test } from 'vitest';
import Moonborn from '../src/index.ts';
import { fakeFetch, session } from './fake-fetch.ts';

const page = { items: [session], nextCursor: '' };

function listing(answer: () => Response = () => Response.json(page)) {
  const { fetch, asked } = fakeFetch(answer);
  const { chat } = new Moonborn({ apiKey: 'sk_test_0123456789', fetch, maxRetries: 0 });
  return { list: chat.listChatSessionsForPersona({ id: 'psn_demo' }), asked };
}

test('a list that nobody looks at sends nothing', () => {
  const { list, asked } = listing();
  expect(list).toBeInstanceOf(Promise);
  expect(asked).toEqual([]);
});

test('a list that is awaited twice and then walked over asks once', async () => {
  const { list, asked } = listing();
  expect(await list).toEqual(page);
  expect(await list).toEqual(page);
  const walked = [];
  for await (const one of list) walked.push(one);
  expect(walked).toEqual([session]);
  expect(asked).toHaveLength(1);
});

test('a list can stand wherever a promise can', async () => {
  const { list } = listing();
  let settled = 0;
  const counted: Promise<unknown> = list.finally(() => settled++);
  expect(await Promise.all([list, counted])).toEqual([page, page]);
  expect(settled).toBe(1);
});

test('a list that fails does so for those who await it and for those who walk over it', async () => {
  const { list } = listing(() => new Response('', { status: 404 }));
  await expect(list).rejects.toMatchObject({ code: 'not_found' });
  expect(await list.catch(() => 'caught')).toBe('caught');
  await expect(list[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'not_found' });
});

test('a list of a persona without an id fails when awaited, not when written', async () => {
  const { chat } = new Moonborn({ apiKey: 'sk_test_0123456789' });
  await expect(chat.listChatSessionsForPersona({ id: '' })).rejects.toThrow('id must be');
});
