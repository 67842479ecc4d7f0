// Whatever the arguments, the runtime and the transport do, the error is one of the SDK's, with its cause.
import { afterEach, describe, expect, test, vi } from 'vitest';
import Moonborn, { APIConnectionError, type MoonbornError, UsageError } from '../src/index.ts';
import { expectNoKey } from './check-outcome.ts';
import { fakeFetch, session } from './fake-fetch.ts';

const apiKey = 'sk_test_0123456789';
const circle: Record<string, unknown> = {};
circle.circle = circle;
const angry = {
  toJSON: () => {
    throw new Error('no JSON of mine');
  },
};
const prototypeless = Object.create(null);
const odd = [5, 5n, true, {}, [], circle, angry, prototypeless, Symbol('odd'), () => {}];

// biome-ignore lint/suspicious/noExplicitAny: callers without types may pass anything
type Anything = any;
type Chat = { [operation in keyof Moonborn['chat']]: (...given: Anything[]) => Promise<unknown> };

afterEach(() => vi.unstubAllGlobals());

describe('a client', () => {
  const refused = (options: Anything): unknown => {
    try {
      return new Moonborn(options);
    } catch (error) {
      return error;
    }
  };

  test.each(odd)('with %o as an option is refused', (value) => {
    if (typeof value !== 'function') expect(refused({ apiKey: value })).toBeInstanceOf(UsageError);
    expect(refused({ apiKey, baseUrl: value })).toBeInstanceOf(UsageError);
    if (typeof value !== 'number') expect(refused({ apiKey, timeoutMs: value })).toBeInstanceOf(UsageError);
    if (typeof value !== 'number') expect(refused({ apiKey, maxRetries: value })).toBeInstanceOf(UsageError);
    for (const name of ['fetch', 'onRetry', 'onRateLimitNearCap', 'logger', 'logLevel', 'defaultHeaders']) {
      const isUsable = typeof value === 'function' && name !== 'logger' && name !== 'logLevel';
      const isEmpty =
        name === 'defaultHeaders' && typeof value === 'object' && value !== circle && value !== angry;
      if (!isUsable && !isEmpty) expect(refused({ apiKey, [name]: value }), name).toBeInstanceOf(UsageError);
    }
  });

  test('without options is told what is missing', () => {
    vi.stubEnv('MOONBORN_API_KEY', undefined);
    expect(refused(null)).toEqual(
      expect.objectContaining({ message: expect.stringContaining('No API key') }),
    );
    vi.unstubAllEnvs();
  });

  test.each([
    'https://:password@api.moonborn.co',
    'https://api.moonborn.co?',
    'https://api.moonborn.co/#',
    'https://[::1',
    'https://api.moonborn.co:99999',
    'https://exa mple.com',
    '//api.moonborn.co',
    '\ud800',
  ])('at %j is refused, and no password is shown', (baseUrl) => {
    const error = refused({ apiKey, baseUrl });
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).not.toContain('password');
  });
});

describe('a call', () => {
  const calls: [string, (chat: Chat, value: Anything) => Promise<unknown>][] = [
    ['an id', (chat, id) => chat.getChatSession({ id })],
    ['an id to end', (chat, id) => chat.endChatSession({ id })],
    ['an id to delete', (chat, id) => chat.deleteChatSession({ id })],
    ['an id to record a turn of', (chat, id) => chat.recordChatTurn({ id, turn: 1 })],
    ['an id to change', (chat, id) => chat.updateChatSession({ id, archived: true })],
    ['an id to list', (chat, id) => chat.listChatSessionsForPersona({ id })],
    ['an id to start with', (chat, id) => chat.startChatSession({ id, personaId: 'psn_demo' })],
    ['a key', (chat, idempotencyKey) => startWith(chat, { idempotencyKey })],
    ['a header', (chat, value) => chat.getChatSession({ id: 'chs_1' }, { headers: { 'x-odd': value } })],
    ['a signal', (chat, signal) => chat.getChatSession({ id: 'chs_1' }, { signal })],
  ];

  for (const [name, make] of calls) {
    test.each(odd)(`with %o as ${name} sends nothing and is a usage error`, async (value) => {
      const { error, asked } = await failureOf((chat) => make(chat, value));
      expect(error).toBeInstanceOf(UsageError);
      expect(asked).toEqual([]);
    });
  }

  test.each([undefined, null])('with %o as its argument is a usage error', async (nothing) => {
    for (const operation of [
      'startChatSession',
      'listChatSessionsForPersona',
      'getChatSession',
      'recordChatTurn',
      'updateChatSession',
    ] as const) {
      const { error, asked } = await failureOf((chat) => chat[operation](nothing));
      expect(error).toBeInstanceOf(UsageError);
      expect(error.cause).toBeInstanceOf(TypeError);
      expect(asked).toEqual([]);
    }
  });

  test.each([5n, circle, angry])('with %o in its body is a usage error that says why', async (title) => {
    const { error, asked } = await failureOf((chat) =>
      chat.startChatSession({ id: 'psn_demo', personaId: 'psn_demo', title }),
    );
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain((error.cause as Error).message);
    expect(asked).toEqual([]);
  });

  test('with a cursor that cannot be a text is a usage error', async () => {
    const { error } = await failureOf((chat) =>
      chat.listChatSessionsForPersona({ id: 'psn_demo', cursor: prototypeless }),
    );
    expect(error).toBeInstanceOf(UsageError);
  });

  test('with half a surrogate pair as its id is refused by name', async () => {
    const { error } = await failureOf((chat) => chat.getChatSession({ id: 'chs_\ud83d' }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain('id must be');
  });

  test('with nothing where something may be left out is made as if it were left out', async () => {
    const { fetch, asked } = fakeFetch(() => Response.json({ items: [], nextCursor: '' }));
    const chat = new Moonborn({ apiKey, fetch }).chat as unknown as Chat;
    await chat.listChatSessionsForPersona({ id: 'psn_demo', cursor: null, limit: null }, null);
    await chat.listChatSessions(null, null);
    expect(asked.map(({ url }) => url.replace(new URL(url).origin, ''))).toEqual([
      '/v1/personas/psn_demo/chat/sessions',
      '/v1/chat/sessions',
    ]);
  });

  test('in a runtime without random numbers is told to bring a key', async () => {
    vi.stubGlobal('crypto', undefined);
    const { error } = await failureOf((chat) => startWith(chat, {}));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain('idempotencyKey');
  });

  test('in a runtime without AbortController is a connection error', async () => {
    vi.stubGlobal('AbortController', undefined);
    const { error } = await failureOf((chat) => chat.getChatSession({ id: 'chs_1' }));
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.cause).toBeInstanceOf(TypeError);
  });
});

describe('a fetch', () => {
  const answers: [string, Anything][] = [
    ['nothing', undefined],
    ['a number', 5],
    ['an answer without headers', { ok: true, status: 200, text: async () => '{}' }],
    ['an answer without a body', { ok: true, status: 200, headers: new Headers() }],
    [
      'a failure whose body is no text',
      { ok: false, status: 503, headers: new Headers(), text: async () => 5 },
    ],
    [
      'headers that cannot be read',
      {
        ok: false,
        status: 503,
        headers: {
          get: () => {
            throw new Error('no header of mine');
          },
        },
        text: async () => '',
      },
    ],
  ];
  test.each(answers)('that answers with %s is a connection error', async (_name, answer) => {
    const { error } = await failureOf(
      (chat) => chat.getChatSession({ id: 'chs_1' }),
      async () => answer,
    );
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test.each([undefined, null, 'text', prototypeless, Symbol('odd'), { message: {} }, { cause: null }])(
    'that throws %o is a connection error',
    async (thrown) => {
      const { error } = await failureOf(
        (chat) => chat.getChatSession({ id: 'chs_1' }),
        () => {
          throw thrown;
        },
      );
      expect(error).toBeInstanceOf(APIConnectionError);
    },
  );

  test('that fails because the caller cancelled leaves the caller’s own reason', async () => {
    const controller = new AbortController();
    const { error } = await failureOf(
      (chat) => chat.getChatSession({ id: 'chs_1' }, { signal: controller.signal }),
      () => {
        controller.abort('enough');
        throw new TypeError('the connection was closed');
      },
    );
    expect(error).toBe('enough');
  });
});

async function failureOf(
  make: (chat: Chat) => Promise<unknown>,
  answer: Anything = () => Response.json(session),
) {
  const { fetch, asked } = fakeFetch(answer);
  const chat = new Moonborn({ apiKey, fetch, maxRetries: 0 }).chat as unknown as Chat;
  const error = await make(chat).then(
    () => expect.fail('the call succeeded'),
    (reason: MoonbornError) => reason,
  );
  if (error instanceof Error) expectNoKey(error, apiKey);
  return { error, asked };
}

function startWith(chat: Chat, options: Anything): Promise<unknown> {
  return chat.startChatSession({ id: 'psn_demo', personaId: 'psn_demo' }, options);
}
