// How the sessions of a popular persona are spread, and stay where they are when their number of shards changes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShardChange } from '../../../functions/personas/persona.ts';
import { IDEMPOTENCY_WINDOW_MS } from '../../../functions/sessions/idempotency-key.ts';
import { shardCount, shardCountForKey, shardOf, shardsEver } from '../../../functions/sessions/shards.ts';
import { encodeUlid } from '../../../functions/sessions/ulid.ts';

const CHANGED_MS = Date.parse('2026-03-01T00:00:00Z');
const CHANGES: readonly ShardChange[] = [
  { fromMs: CHANGED_MS, count: 16 },
  { fromMs: CHANGED_MS + 10 * IDEMPOTENCY_WINDOW_MS, count: 4 },
];

describe('the number of shards', () => {
  it('is one until it is changed', () => {
    expect(shardCount([], CHANGED_MS)).toBe(1);
    expect(shardCount(CHANGES, CHANGED_MS - 1)).toBe(1);
    expect(shardsEver([])).toBe(1);
  });

  it('holds at once for a start whose key does not say where its session is', () => {
    expect(shardCount(CHANGES, CHANGED_MS)).toBe(16);
  });

  it('is the largest there was for a list, since sessions stay where they were started', () => {
    expect(shardsEver(CHANGES)).toBe(16);
  });

  it('is for ever the same for a UUIDv7 key that could have been used before the change', () => {
    const lastBefore = CHANGED_MS + IDEMPOTENCY_WINDOW_MS;
    expect(shardCountForKey(CHANGES, lastBefore)).toBe(1);
    expect(shardCountForKey(CHANGES, lastBefore + 60 * 60_000)).toBe(16);
  });

  it('never differs between two uses of one key, whenever the change becomes known between them', () => {
    const known = [{ fromMs: CHANGED_MS, count: 8 }];
    fc.assert(
      fc.property(
        fc.integer({ min: -3 * IDEMPOTENCY_WINDOW_MS, max: 3 * IDEMPOTENCY_WINDOW_MS }),
        fc.integer({ min: -IDEMPOTENCY_WINDOW_MS, max: IDEMPOTENCY_WINDOW_MS }),
        (sinceChangeMs, aheadMs) => {
          const usedMs = CHANGED_MS + sinceChangeMs;
          const keyMs = usedMs + aheadMs;
          const unknownYet = usedMs < CHANGED_MS;
          fc.pre(unknownYet);
          expect(shardCountForKey(known, keyMs)).toBe(shardCountForKey([], keyMs));
        },
      ),
    );
  });
});

describe('the shard of a session', () => {
  it('is the first when there is one', () => {
    expect(shardOf('01ARZ3NDEKTSV4RRFFQ69G5FAV', 1)).toBe(0);
  });

  it('spreads random ulids evenly', () => {
    const counts = new Array<number>(16).fill(0);
    const sessions = 32_000;
    let state = 1;
    for (let i = 0; i < sessions; i += 1) {
      const random = Uint8Array.from({ length: 10 }, () => {
        state = (state * 48_271) % 2_147_483_647;
        return state & 255;
      });
      const shard = shardOf(encodeUlid(CHANGED_MS, random), 16);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    for (const count of counts) {
      expect(count).toBeGreaterThan((sessions / 16) * 0.9);
      expect(count).toBeLessThan((sessions / 16) * 1.1);
    }
  });
});
