// The keys that make a start safe to retry.
import { expect, test } from 'vitest';
import { uuidV7 } from '../src/uuid-v7.ts';

test('a key is laid out as in the example of RFC 9562', () => {
  const random = Uint8Array.from(Buffer.from('0000000000000cc318c4dc0c0c07398f', 'hex'));
  expect(uuidV7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
});

test('a key holds its time, to the millisecond and for millennia', () => {
  for (const timeMs of [0, 2 ** 32 - 1, 2 ** 32, Date.parse('2026-03-01T12:00:00.123Z'), 2 ** 48 - 1]) {
    const key = uuidV7(timeMs, new Uint8Array(16));
    expect(Number.parseInt(key.replace('-', '').slice(0, 12), 16)).toBe(timeMs);
  }
});

test('a key keeps every random bit that its layout leaves', () => {
  expect(uuidV7(0, new Uint8Array(16).fill(255))).toBe('00000000-0000-7fff-bfff-ffffffffffff');
});

test('making a key leaves the given bytes as they were', () => {
  const random = new Uint8Array(16);
  uuidV7(1, random);
  expect(random).toEqual(new Uint8Array(16));
});
