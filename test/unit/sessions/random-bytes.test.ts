// Random bytes that are drawn many at a time, handed out a few at a time.
import { describe, expect, it } from 'vitest';
import { takeRandomBytes } from '../../../functions/sessions/random-bytes.ts';

describe('random bytes', () => {
  it('are as many as are asked for, however many', () => {
    for (const length of [0, 1, 10, 999, 1_000, 1_001, 10]) {
      expect(takeRandomBytes(length)).toHaveLength(length);
    }
  });

  it('are never the same, and stay what they were', () => {
    const taken = Array.from({ length: 1_000 }, () => takeRandomBytes(10));
    const first = taken.map(toHex);
    takeRandomBytes(1_000);
    expect(taken.map(toHex)).toEqual(first);
    expect(new Set(first).size).toBe(taken.length);
  });

  it('have every value there is', () => {
    const seen = new Set(Array.from({ length: 2_000 }, () => [...takeRandomBytes(10)]).flat());
    expect(seen.size).toBe(256);
  });
});

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
