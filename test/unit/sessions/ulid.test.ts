// ULIDs: the vectors of the specification, and what sorting by them means.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeUlid,
  takeRandomBytes,
  ULID_RANDOM_BYTES,
  ulidTimeMs,
} from '../../../functions/sessions/ulid.ts';

const LAST_MS = 2 ** 48 - 1;
const ZEROS = new Uint8Array(ULID_RANDOM_BYTES);
const ONES = new Uint8Array(ULID_RANDOM_BYTES).fill(255);
const time = fc.integer({ min: 0, max: LAST_MS });
const random = fc.uint8Array({ minLength: ULID_RANDOM_BYTES, maxLength: ULID_RANDOM_BYTES });

describe('a ULID', () => {
  it.each([
    [0, ZEROS, '00000000000000000000000000'],
    [LAST_MS, ONES, '7ZZZZZZZZZZZZZZZZZZZZZZZZZ'],
    [1_469_918_176_385, ZEROS, '01ARYZ6S410000000000000000'],
    [1_469_922_850_259, ZEROS, '01ARZ3NDEK0000000000000000'],
    [0, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 1), '00000000000000000000000001'],
    [0, Uint8Array.of(128, 0, 0, 0, 0, 0, 0, 0, 0, 0), '0000000000G000000000000000'],
    [
      1_469_922_850_259,
      Uint8Array.of(0xd6, 0x76, 0x4c, 0x61, 0xef, 0xb9, 0x93, 0x02, 0xbd, 0x5b),
      '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    ],
  ])('of time %d is written as the specification writes it', (timeMs, bytes, text) => {
    expect(encodeUlid(timeMs, bytes)).toBe(text);
  });

  it('has 26 characters of the Crockford alphabet, whatever its time and random bytes', () => {
    fc.assert(
      fc.property(time, random, (timeMs, bytes) => {
        expect(encodeUlid(timeMs, bytes)).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
      }),
    );
  });

  it('gives its time back', () => {
    fc.assert(
      fc.property(time, random, (timeMs, bytes) => {
        expect(ulidTimeMs(encodeUlid(timeMs, bytes))).toBe(timeMs);
      }),
    );
  });

  it('sorts as text by time, and by its random bytes within a millisecond', () => {
    fc.assert(
      fc.property(time, time, random, random, (oneMs, otherMs, oneBytes, otherBytes) => {
        const order = oneMs - otherMs || Buffer.compare(oneBytes, otherBytes);
        const one = encodeUlid(oneMs, oneBytes);
        const other = encodeUlid(otherMs, otherBytes);
        expect(Math.sign(order)).toBe(one < other ? -1 : one > other ? 1 : 0);
      }),
    );
  });

  it('is another one as soon as a single bit of its random bytes differs', () => {
    fc.assert(
      fc.property(time, random, fc.nat({ max: ULID_RANDOM_BYTES * 8 - 1 }), (timeMs, bytes, bit) => {
        const flipped = Uint8Array.from(bytes, (byte, i) =>
          i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte,
        );
        expect(encodeUlid(timeMs, flipped)).not.toBe(encodeUlid(timeMs, bytes));
      }),
    );
  });

  it.each([0, 9, 11, 16])('is refused %d random bytes', (length) => {
    expect(() => encodeUlid(0, new Uint8Array(length))).toThrow(`10 random bytes, not ${length}`);
  });
});

describe('random bytes', () => {
  it('are as many as a ulid takes, never the same, and stay what they were', () => {
    const taken = Array.from({ length: 1_000 }, takeRandomBytes);
    const first = taken.map(toHex);
    takeRandomBytes();
    expect(taken.map(toHex)).toEqual(first);
    expect(new Set(first).size).toBe(taken.length);
    expect(new Set(taken.map(({ length }) => length))).toEqual(new Set([ULID_RANDOM_BYTES]));
  });

  it('have every value there is', () => {
    const seen = new Set(Array.from({ length: 2_000 }, () => [...takeRandomBytes()]).flat());
    expect(seen.size).toBe(256);
  });
});

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
