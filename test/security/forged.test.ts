// Ids, cursors, keys and tokens that were changed by chance: refused for what they are, and never an error of ours.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, call, newTenant, sessionJwt, start, type Tenant } from '../api/harness.ts';
import { seedFrom } from '../faults/seeded-random.ts';

const SEED = seedFrom(process.env.SEED);
const RUNS = { seed: SEED, numRuns: 150 };
const ALPHABET = [...'AZaz09_-.~#/%+= \u0000é'];

let tenant: Tenant;
let sessionId: string;
let cursor: string;
let jwt: string;

beforeAll(async () => {
  tenant = await newTenant();
  sessionId = (await start(tenant)).body.session.sessionId;
  await start(tenant);
  cursor = (await list('?limit=1')).body.nextCursor;
  jwt = await sessionJwt(tenant);
});

const list = (query: string) =>
  call('GET', `/v1/personas/${tenant.personaId}/chat/sessions${query}`, { token: tenant.apiKey });

type Edit = (text: string) => string;

/** One character changed, added, left out, doubled, or in the other case; two that trade places; a part left out. */
const edit: fc.Arbitrary<Edit> = fc
  .record({
    kind: fc.nat(6),
    at: fc.nat(10_000),
    other: fc.nat(10_000),
    letter: fc.constantFrom(...ALPHABET),
  })
  .map(({ kind, at, other, letter }) => (text) => {
    const i = at % text.length;
    const j = other % text.length;
    const [before, here, after] = [text.slice(0, i), text.charAt(i), text.slice(i + 1)];
    switch (kind) {
      case 0:
        return before + letter + after;
      case 1:
        return before + letter + here + after;
      case 2:
        return before + after;
      case 3:
        return before + here + here + after;
      case 4:
        return before + (here === here.toUpperCase() ? here.toLowerCase() : here.toUpperCase()) + after;
      case 5:
        return text.slice(0, Math.min(i, j)) + text.slice(Math.max(i, j));
      default:
        return i < j
          ? before + text.charAt(j) + text.slice(i + 1, j) + here + text.slice(j + 1)
          : `${text.slice(i)}${text.slice(0, i)}`;
    }
  });

const edits = fc.array(edit, { minLength: 1, maxLength: 3 });

function forge(text: string, changes: readonly Edit[]): string {
  return changes.reduce((changed, change) => (changed === '' ? changed : change(changed)), text);
}

const read = (token: string) => call('GET', `/v1/chat/sessions/${sessionId}`, { token });
const bySessionId = (method: string, suffix = '') =>
  [
    () => sessionId,
    (forged: string) =>
      call(method, `/v1/chat/sessions/${encodeURIComponent(forged)}${suffix}`, { token: tenant.apiKey }),
    (forged: string) => forged !== sessionId && !['.', '..'].includes(forged),
    [404, 'not_found', undefined],
  ] as const;

describe(`What was changed by chance (SEED=${SEED})`, () => {
  it.each<
    [
      what: string,
      original: () => string,
      send: (forged: string) => Promise<Answer>,
      isForged: (forged: string) => boolean,
      answer: readonly unknown[],
    ]
  >([
    ['in the id of a session that is read is a session that is not there', ...bySessionId('GET')],
    ['in the id of a session that is ended is a session that is not there', ...bySessionId('POST', '/end')],
    ['in the id of a session that is deleted is a session that is not there', ...bySessionId('DELETE')],
    [
      'in a cursor is refused, and shows nothing',
      () => cursor,
      (forged) => list(`?limit=1&cursor=${encodeURIComponent(forged)}`),
      (forged) => forged !== cursor,
      [422, 'validation_failed', 'cursor'],
    ],
    [
      'in an API key is nobody’s credential',
      () => tenant.apiKey,
      read,
      (forged) => forged.trim() !== tenant.apiKey && isHeaderValue(forged),
      [401, 'unauthorized', undefined],
    ],
    [
      'in a session JWT is nobody’s credential',
      () => jwt,
      read,
      (forged) => isHeaderValue(forged) && meaningOf(forged) !== meaningOf(jwt),
      [401, 'unauthorized', undefined],
    ],
  ])('%s', async (_what, original, send, isForged, answer) => {
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const forged = forge(original(), changes);
        fc.pre(forged !== '' && isForged(forged));
        const { status, body } = await send(forged);
        expect([status, body.error.code, body.error.details?.issues[0].path]).toEqual(answer);
      }),
      RUNS,
    );
    expect((await read(tenant.apiKey)).body.status).toBe('active');
  });

  it('in an idempotency key is another key, or none', async () => {
    const key = `order-${SEED}-${Date.now()}`;
    const first = (await start(tenant, { key, title: 'First' })).body.session.sessionId;
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const forged = forge(key, changes);
        fc.pre(forged.trim() !== key && isHeaderValue(forged));

        const { status, body } = await start(tenant, { key: forged, title: 'Second' });

        expect([201, 422]).toContain(status);
        expect(body.session?.sessionId).not.toBe(first);
      }),
      RUNS,
    );
  });
});

/** Whatever else is no header that a client could send. */
function isHeaderValue(text: string): boolean {
  return text.trim() !== '' && /^[\x20-\x7e\xa1-\xff]+$/.test(text);
}

/** The last character of base64url has bits to spare, so some changes leave a token as it was. */
function meaningOf(token: string): string {
  return token
    .trim()
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('hex'))
    .join('.');
}
