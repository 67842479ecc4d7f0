// Which keys a caller may bring, as the API's OpenAPI document says.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkedKey, keyMaxLength, keyPattern } from '../src/idempotency-key.ts';
import Moonborn, { UsageError } from '../src/index.ts';
import { fakeFetch, session } from './fake-fetch.ts';

const document = JSON.parse(
  readFileSync(new URL('../../../docs/openapi/openapi.json', import.meta.url), 'utf8'),
);
const { pattern, maxLength } = document.components.parameters.IdempotencyKey.schema;

test('the pattern and the length are those of the document', () => {
  expect([keyPattern.source, keyMaxLength]).toEqual([pattern, maxLength]);
});

test('a key of every character is taken or refused as the document says', () => {
  for (let code = 0; code < 0x180; code++) {
    const key = String.fromCharCode(code);
    const take = () => checkedKey(key);
    if (new RegExp(pattern).test(key)) expect(take()).toBe(key);
    else expect(take, `character ${code}`).toThrow(UsageError);
  }
});

test('the longest key is taken, and a longer one refused', () => {
  expect(checkedKey('k'.repeat(maxLength))).toHaveLength(maxLength);
  expect(() => checkedKey('k'.repeat(maxLength + 1))).toThrow(
    '1 to 255 visible ASCII characters but the comma',
  );
});

test('an empty key is refused, since it would be as if there were none', async () => {
  const { fetch, asked } = fakeFetch(() => Response.json({ session }, { status: 201 }));
  const { chat } = new Moonborn({ apiKey: 'sk_test_0123456789', fetch });
  const start = chat.startChatSession({ id: 'psn_demo', personaId: 'psn_demo' }, { idempotencyKey: '' });
  await expect(start).rejects.toBeInstanceOf(UsageError);
  expect(asked).toEqual([]);
});
