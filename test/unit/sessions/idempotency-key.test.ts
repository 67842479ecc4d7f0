// Idempotency keys: which are accepted, and which session a key names.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type IntentScope,
  intentHash,
  parseIdempotencyKey,
  payloadFingerprint,
  ulidOfKey,
} from '../../../functions/sessions/idempotency-key.ts';
import { ulidTimeMs } from '../../../functions/sessions/ulid.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_MS = Date.parse('2026-06-01T12:00:00.000Z');
const scope: IntentScope = { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1', personaId: 'psn_1' };
const headerCharacter = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('a', 'Z', '0', '-', '~', '!', '+') },
  { weight: 1, arbitrary: fc.constantFrom(',', ' ', '\t', '\u0000', '\u007f', 'é', '😀') },
);
const otherId = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

function uuidV7(timeMs: number, tail = '7abc-8def-0123456789ab'): string {
  const time = timeMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail}`;
}

function uuidKey(text: string) {
  const parsed = parseIdempotencyKey(text, NOW_MS);
  if (!('key' in parsed) || parsed.key.kind !== 'uuid-v7') {
    throw new Error(`${text} is not taken as a UUIDv7`);
  }
  return parsed.key;
}

describe('a UUIDv7 as idempotency key', () => {
  it('of the specification says its time', () => {
    const example = '017F22E2-79B0-7CC3-98C4-DC0C0C07398F';
    expect(parseIdempotencyKey(example, Date.parse('2022-02-22T19:22:22.000Z'))).toEqual({
      key: {
        kind: 'uuid-v7',
        value: example.toLowerCase(),
        timeMs: Date.parse('2022-02-22T19:22:22.000Z'),
      },
    });
  });

  it('is accepted from 24 hours before to 24 hours after now', () => {
    for (const offsetMs of [-DAY_MS, -1, 0, 1, DAY_MS]) {
      expect(uuidKey(uuidV7(NOW_MS + offsetMs)).timeMs).toBe(NOW_MS + offsetMs);
    }
  });

  it.each([
    [-DAY_MS - 1, '24 hours behind'],
    [DAY_MS + 1, '24 hours ahead'],
    [-72 * 3_600_000, '72 hours behind'],
    [1000 * 3_600_000, '1000 hours ahead'],
  ])('%d ms from now is refused, and the message says how far off it is', (offsetMs, offset) => {
    const parsed = parseIdempotencyKey(uuidV7(NOW_MS + offsetMs), NOW_MS);
    expect(parsed).toEqual({ problem: expect.stringContaining(offset) });
    expect(parsed).toEqual({ problem: expect.stringMatching(/clock/) });
  });

  it('is one key, in whichever case it is written', () => {
    const key = uuidV7(NOW_MS, '7abc-9def-abcdefabcdef');
    expect(ulidOfKey(scope, uuidKey(key.toUpperCase()))).toBe(ulidOfKey(scope, uuidKey(key)));
  });

  it.each([
    ['version 4', uuidV7(NOW_MS, '4abc-8def-0123456789ab')],
    ['another variant', uuidV7(NOW_MS, '7abc-cdef-0123456789ab')],
    ['no hyphens', uuidV7(NOW_MS).replaceAll('-', '')],
    ['braces around it', `{${uuidV7(NOW_MS)}}`],
    ['a letter that is not hexadecimal', uuidV7(NOW_MS).replace('7abc', '7abg')],
  ])('with %s is an opaque key', (_what, value) => {
    expect(parseIdempotencyKey(value, NOW_MS)).toEqual({ key: { kind: 'opaque', value } });
  });
});

describe('any other idempotency key', () => {
  it.each(['a', '~!@#$%^&*()', 'x'.repeat(255), '550e8400-e29b-41d4-a716-446655440000'])(
    'may be %j',
    (value) => {
      expect(parseIdempotencyKey(value, NOW_MS)).toEqual({ key: { kind: 'opaque', value } });
    },
  );

  it('keeps its case: "A" and "a" are two keys', () => {
    expect(intentHash(scope, { kind: 'opaque', value: 'A' })).not.toBe(
      intentHash(scope, { kind: 'opaque', value: 'a' }),
    );
  });

  it.each([
    ['', /must not be empty; leave the header out/],
    ['x'.repeat(256), /must be at most 255 characters, was 256/],
    ['a b', /visible ASCII/],
    [' ', /visible ASCII/],
    ['a\tb', /visible ASCII/],
    ['a\nb', /visible ASCII/],
    ['a\u007fb', /visible ASCII/],
    ['schlüssel', /visible ASCII/],
    ['😀', /visible ASCII/],
    ['one,two', /sent once and hold no comma/],
    [`${uuidV7(NOW_MS)},${uuidV7(NOW_MS)}`, /sent once and hold no comma/],
  ])('%j is refused with its reason', (header, reason) => {
    expect(parseIdempotencyKey(header, NOW_MS)).toEqual({ problem: expect.stringMatching(reason) });
  });

  it('is judged by its characters and length alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: headerCharacter, maxLength: 300, size: 'max' }), (header) => {
        const accepted = /^[\x21-\x2b\x2d-\x7e]{1,255}$/.test(header);
        expect('key' in parseIdempotencyKey(header, NOW_MS)).toBe(accepted);
      }),
    );
  });
});

describe('the session that a UUIDv7 names', () => {
  const key = uuidKey(uuidV7(NOW_MS));

  it('is the same each time, and lies at the time of the key', () => {
    expect(ulidOfKey(scope, key)).toBe(ulidOfKey({ ...scope }, { ...key }));
    expect(ulidTimeMs(ulidOfKey(scope, key))).toBe(NOW_MS);
  });

  it.each(['orgId', 'workspaceId', 'userId', 'personaId'] as const)(
    'is another one for another %s',
    (part) => {
      fc.assert(
        fc.property(otherId, (id) => {
          fc.pre(id !== scope[part]);
          const elsewhere = { ...scope, [part]: id };
          expect(ulidOfKey(elsewhere, key)).not.toBe(ulidOfKey(scope, key));
          expect(intentHash(elsewhere, key)).not.toBe(intentHash(scope, key));
        }),
        { numRuns: 30 },
      );
    },
  );

  it('does not depend on where one id ends and the next begins', () => {
    const shifted = { ...scope, orgId: 'org_1w', workspaceId: 's_1' };
    expect(ulidOfKey(shifted, key)).not.toBe(ulidOfKey(scope, key));
  });

  it('is another one for another key of the same millisecond', () => {
    expect(ulidOfKey(scope, uuidKey(uuidV7(NOW_MS, '7abc-8def-0123456789ac')))).not.toBe(
      ulidOfKey(scope, key),
    );
  });
});

describe('the name of an intent item', () => {
  it('does not hold the key', () => {
    expect(intentHash(scope, { kind: 'opaque', value: 'order-4711' })).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});

describe('the fingerprint of a payload', () => {
  const key = { kind: 'opaque', value: 'order-4711' } as const;

  it('is the same for the same title, and differs between titles', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const same = payloadFingerprint(key, { title: one }) === payloadFingerprint(key, { title: other });
        expect(same).toBe(one === other);
      }),
    );
  });

  it.each(['', 'null', 'undefined'])('tells no title from the title %j', (title) => {
    expect(payloadFingerprint(key, { title })).not.toBe(payloadFingerprint(key, { title: undefined }));
  });

  it('gives no title away: under another key the same title looks different', () => {
    const payload = { title: 'Hello' };
    expect(payloadFingerprint({ ...key, value: 'order-4712' }, payload)).not.toBe(
      payloadFingerprint(key, payload),
    );
  });
});
