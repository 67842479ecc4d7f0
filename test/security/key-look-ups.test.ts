// How a key is looked up tells nothing about the keys that there are: not by what is asked, and not by what is answered.
//
// Measuring times would be a coin toss on a busy machine. What could make them differ is shown to be the same instead:
// a secret is compared nowhere, only its hash is looked up, by one read that is alike for every key.
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { hashApiKey } from '../../functions/access/api-key.ts';
import { apiKeyKey } from '../../functions/access/find-api-key.ts';
import { getSession } from '../faults/caller.ts';
import type { DatabaseCall } from '../faults/database-proxy.ts';
import { type FaultyStack, startFaultyStack } from '../faults/faulty-stack.ts';
import { seededRandom } from '../faults/seeded-random.ts';
import { RECORD } from '../unit/access/known-caller.ts';

/** Not of our own making, so no checksum stands before the look-up. */
const SECRET_KEY = 'pk_partner_7Hq2ZsYw0LmNcXv4RtBd';

/** Right for so many characters, and wrong for the rest. */
const GUESSES = Array.from({ length: SECRET_KEY.length }, (_, right) => {
  const random = seededRandom(right);
  const wrong = [...SECRET_KEY.slice(right)].map((letter) =>
    random.pick([...'abcdefgh'].filter((c) => c !== letter)),
  );
  return SECRET_KEY.slice(0, right) + wrong.join('');
});

let stack: FaultyStack;
let asked: { readonly call: DatabaseCall; readonly bytes: number }[] = [];

beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1 });
  stack.database.observe((call, { body }) => asked.push({ call, bytes: body.length }));
  await stack.table.put({ ...apiKeyKey(hashApiKey(SECRET_KEY)), ...RECORD });
});

afterAll(async () => {
  await stack.close();
  stack.remove();
});

beforeEach(() => {
  asked = [];
});

describe('A guessed API key', () => {
  it('costs one read of the same size and gets the same answer, however much of it is right', async () => {
    const replies = [];
    for (const apiKey of GUESSES) {
      replies.push(await getSession(stack.gatewayUrl, { apiKey }, 'chs_x'));
    }

    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(401);
    expect(asked.map(({ call }) => [call.operation, call.sortKey])).toEqual(
      GUESSES.map(() => ['GetItem', 'APIKEY']),
    );
    expect(new Set(asked.map(({ bytes }) => bytes)).size).toBe(1);
    expect((await getSession(stack.gatewayUrl, { apiKey: SECRET_KEY }, 'chs_x')).status).toBe(404);
  });
});
