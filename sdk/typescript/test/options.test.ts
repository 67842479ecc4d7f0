// What a client is made with.
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fixedKey } from '../src/api-key.ts';
import Moonborn, { type ClientOptions, Moonborn as NamedMoonborn, UsageError } from '../src/index.ts';
import { limitsOf, settingsOf } from '../src/options.ts';
import { expectNoKey } from './check-outcome.ts';
import { fakeFetch } from './fake-fetch.ts';
import { defaults } from './scenario.ts';

const apiKey = 'sk_test_0123456789';

beforeEach(() => {
  vi.stubEnv('MOONBORN_API_KEY', undefined);
  vi.stubEnv('MOONBORN_BASE_URL', undefined);
});
afterEach(() => vi.unstubAllEnvs());

async function requestWith(options: ClientOptions) {
  const { fetch, asked } = fakeFetch();
  await new Moonborn({ ...options, fetch }).chat.getChatSession({ id: 'chs_1' });
  return { url: asked[0]?.url, authorization: asked[0]?.headers.authorization };
}

describe('the API key and the address', () => {
  test('production is called unless told otherwise', async () => {
    expect(await requestWith({ apiKey })).toEqual({
      url: 'https://api.moonborn.co/v1/chat/sessions/chs_1',
      authorization: `Bearer ${apiKey}`,
    });
  });

  test('both come from the environment when not given', async () => {
    vi.stubEnv('MOONBORN_API_KEY', 'sk_test_environment');
    vi.stubEnv('MOONBORN_BASE_URL', 'http://127.0.0.1:8787');
    expect(await requestWith({ apiKey: undefined })).toEqual({
      url: 'http://127.0.0.1:8787/v1/chat/sessions/chs_1',
      authorization: 'Bearer sk_test_environment',
    });
  });

  test('what is given wins over the environment', async () => {
    vi.stubEnv('MOONBORN_API_KEY', 'sk_test_environment');
    vi.stubEnv('MOONBORN_BASE_URL', 'http://127.0.0.1:8787');
    const { url, authorization } = await requestWith({ apiKey, baseUrl: 'https://eu.example.com/moonborn/' });
    expect(url).toBe('https://eu.example.com/moonborn/v1/chat/sessions/chs_1');
    expect(authorization).toBe(`Bearer ${apiKey}`);
  });

  test('an environment that may not be read counts as empty', async () => {
    const denied = {
      get: () => {
        throw new Error('NotCapable');
      },
    };
    vi.stubGlobal('process', { env: new Proxy({}, denied) });
    try {
      expect((await requestWith({ apiKey })).url).toMatch('https://api.moonborn.co/');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('a missing key is named, with both ways to give it', () => {
    expect(() => new Moonborn()).toThrow(
      new UsageError('No API key: pass `apiKey`, or set MOONBORN_API_KEY in the environment.'),
    );
  });

  test.each(['sk_test_0123456789\n', 'sk test', 'schlüssel'])(
    'the key %j is refused without being shown',
    (bad) => {
      const refused = () => new Moonborn({ apiKey: bad });
      expect(refused).toThrow(UsageError);
      expect(refused).not.toThrow(bad.trim());
    },
  );

  test.each([
    'api.moonborn.co',
    'ftp://api.moonborn.co',
    'https://api.moonborn.co?a=1',
    'https://api.moonborn.co#a',
  ])('the address %s is refused', (baseUrl) => {
    expect(() => new Moonborn({ apiKey, baseUrl })).toThrow(UsageError);
    expect(() => new Moonborn({ apiKey, baseUrl })).toThrow(baseUrl);
  });

  test('an address with credentials is refused without showing them', () => {
    const refused = () => new Moonborn({ apiKey, baseUrl: 'https://me:secret@api.moonborn.co' });
    expect(refused).toThrow('https://***@api.moonborn.co');
  });

  test('a client can be printed without its key', () => {
    const client = new Moonborn({ apiKey });
    expectNoKey(client, apiKey);
    expectNoKey(client.chat, apiKey);
    expect(inspect(client)).toContain('Moonborn');
  });
});

describe('the limits', () => {
  test('are the ones that all SDKs share', () => {
    const { timeoutMs, totalTimeoutMs, maxRetries } = settingsOf({ apiKey }, fixedKey);
    expect(defaults).toMatchObject({ timeoutMs, totalTimeoutMs, maxRetries });
  });

  test('of a call replace those of the client, one by one', () => {
    const settings = settingsOf({ apiKey, timeoutMs: 5000, maxRetries: 7 }, fixedKey);
    expect(limitsOf(settings, { timeoutMs: 100, maxRetries: 0 })).toMatchObject({
      timeoutMs: 100,
      totalTimeoutMs: 120_000,
      maxRetries: 0,
    });
  });

  test.each([{ timeoutMs: 0 }, { totalTimeoutMs: -1 }, { maxRetries: -1 }, { timeoutMs: Number.NaN }])(
    '%j is refused',
    (limits) => {
      const [name, value] = Object.entries(limits)[0] ?? [];
      expect(() => new Moonborn({ apiKey, ...limits })).toThrow(`${name} must be`);
      expect(() => new Moonborn({ apiKey, ...limits })).toThrow(`given: ${value}`);
    },
  );

  test('may be lifted', async () => {
    const endless = { timeoutMs: Number.POSITIVE_INFINITY, totalTimeoutMs: Number.POSITIVE_INFINITY };
    const { fetch } = fakeFetch(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return Response.json({ sessionId: 'chs_1' });
    });
    const client = new Moonborn({ apiKey, fetch, maxRetries: 0, ...endless });
    expect(await client.chat.getChatSession({ id: 'chs_1' })).toEqual({ sessionId: 'chs_1' });
  });
});

test('the default export and the named one are the same', () => {
  expect(NamedMoonborn).toBe(Moonborn);
});
