// API keys: their form, the checksum that tells a typo, and when a key is good.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  API_KEY_RANDOM_BYTES,
  apiKeyState,
  formatApiKey,
  hashApiKey,
  isMistypedApiKey,
} from '../../../functions/access/api-key.ts';
import { RECORD } from './known-caller.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX_LENGTH = 'sk_live_'.length;
const random = fc.uint8Array({ minLength: API_KEY_RANDOM_BYTES, maxLength: API_KEY_RANDOM_BYTES });
const apiKey = fc
  .tuple(fc.constantFrom('live' as const, 'test' as const), random)
  .map(([environment, bytes]) => formatApiKey(environment, bytes));
const position = fc.integer({ min: PREFIX_LENGTH, max: PREFIX_LENGTH + 35 });

describe('the form of an API key', () => {
  it('is a prefix with the environment and 36 characters that need no escaping anywhere', () => {
    fc.assert(
      fc.property(apiKey, (key) => {
        expect(key).toMatch(/^sk_(live|test)_[0-9A-Za-z]{36}$/);
        expect(isMistypedApiKey(key)).toBe(false);
      }),
    );
  });

  it('holds at least 160 random bits: a change of any of them is another key', () => {
    fc.assert(
      fc.property(random, fc.integer({ min: 8, max: API_KEY_RANDOM_BYTES * 8 - 1 }), (bytes, bit) => {
        const flipped = Uint8Array.from(bytes, (byte, i) =>
          i === bit >> 3 ? byte ^ (0x80 >> (bit & 7)) : byte,
        );
        expect(formatApiKey('live', flipped)).not.toBe(formatApiKey('live', bytes));
      }),
    );
  });

  it.each([0, 22, 24])('is not made of %d random bytes', (length) => {
    expect(() => formatApiKey('live', new Uint8Array(length))).toThrow(`23 random bytes, not ${length}`);
  });
});

describe('the checksum of an API key', () => {
  it('tells every single mistyped character, whichever it is and wherever', () => {
    fc.assert(
      fc.property(apiKey, (key) => {
        for (let at = PREFIX_LENGTH; at < key.length; at += 1) {
          const typos = [...BASE62].filter((character) => character !== key.charAt(at));
          const missed = typos.filter(
            (character) => !isMistypedApiKey(key.slice(0, at) + character + key.slice(at + 1)),
          );
          expect(missed).toEqual([]);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('tells two neighbours that changed places', () => {
    fc.assert(
      fc.property(apiKey, fc.integer({ min: PREFIX_LENGTH, max: PREFIX_LENGTH + 34 }), (key, at) => {
        fc.pre(key.charAt(at) !== key.charAt(at + 1));
        const swapped = key.slice(0, at) + key.charAt(at + 1) + key.charAt(at) + key.slice(at + 2);
        expect(isMistypedApiKey(swapped)).toBe(true);
      }),
    );
  });

  it('tells a character too few, one too many, and one that no key has', () => {
    fc.assert(
      fc.property(apiKey, position, fc.constantFrom(...BASE62, '-', 'é', ' '), (key, at, character) => {
        expect(isMistypedApiKey(key.slice(0, at) + key.slice(at + 1))).toBe(true);
        expect(isMistypedApiKey(key.slice(0, at) + character + key.slice(at))).toBe(true);
      }),
    );
  });

  it('tells a live key that was passed off as a test key', () => {
    const key = formatApiKey('live', new Uint8Array(API_KEY_RANDOM_BYTES));
    expect(isMistypedApiKey(key.replace('live', 'test'))).toBe(true);
  });

  it('is not asked of keys that are not ours: the stored hash decides', () => {
    for (const key of ['pk_live_anything', 'sk_other_1', 'a', 'SK_LIVE_x']) {
      expect(isMistypedApiKey(key)).toBe(false);
    }
  });
});

describe('the hash of an API key', () => {
  it('is its SHA-256 in hex', () => {
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('an API key record', () => {
  const nowMs = Date.parse('2026-06-01T00:00:00.000Z');

  it('without an expiry is active', () => {
    expect(apiKeyState(RECORD, nowMs)).toBe('active');
  });

  it('is active until the very millisecond of its expiry', () => {
    const expiring = { ...RECORD, expiresOn: '2026-06-01T00:00:00.000Z' };
    expect(apiKeyState(expiring, nowMs - 1)).toBe('active');
    expect(apiKeyState(expiring, nowMs)).toBe('expired');
    expect(apiKeyState(expiring, nowMs + 1)).toBe('expired');
  });

  it('that was revoked is revoked, expired or not', () => {
    expect(apiKeyState({ ...RECORD, status: 'revoked' }, nowMs)).toBe('revoked');
    expect(apiKeyState({ ...RECORD, status: 'revoked', expiresOn: '2020-01-01T00:00:00Z' }, nowMs)).toBe(
      'revoked',
    );
  });

  it('in a state that is not known counts as revoked', () => {
    expect(apiKeyState({ ...RECORD, status: 'paused' as 'active' }, nowMs)).toBe('revoked');
  });

  it.each(['', 'soon', '2026-13-45'])('whose expiry cannot be read (%j) counts as expired', (expiresOn) => {
    expect(apiKeyState({ ...RECORD, expiresOn }, nowMs)).toBe('expired');
  });
});
