// What a partition takes: so much a second, what was saved, and no more.
import { describe, expect, it } from 'vitest';
import { Partitions } from '../../../bench/partitions/model/partitions.ts';
import { TokenBucket, takeAll } from '../../../bench/partitions/model/token-bucket.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

function bucket(savedSeconds: number, begins: 'empty' | 'full' = 'full'): TokenBucket {
  return new TokenBucket({ unitsPerSecond: 1_000, savedSeconds, begins }, 0);
}

/** @returns how many single units it gives at once. */
function drain(from: TokenBucket, nowMs: number): number {
  let units = 0;
  while (takeAll([{ bucket: from, units: 1 }], nowMs)) {
    units += 1;
  }
  return units;
}

describe('A bucket', () => {
  it('gives what it holds, refuses beyond it, and refills at its rate', () => {
    const one = bucket(1);
    expect(drain(one, 0)).toBe(1_000);
    expect(drain(one, 0)).toBe(0);
    expect(drain(one, 250)).toBe(250);
  });

  it('gives no more than its rate over a minute of asking, when it begins empty', () => {
    const one = bucket(1, 'empty');
    let units = 0;
    for (let ms = 0; ms <= 60 * SECOND_MS; ms += 10) {
      units += drain(one, ms);
    }
    expect(units).toBe(60_000);
  });

  it('saves one second without burst credit, however long nobody asks', () => {
    expect(drain(bucket(1, 'empty'), HOUR_MS)).toBe(1_000);
  });

  it('saves 300 seconds as burst credit, and not one more', () => {
    const one = bucket(300, 'empty');
    expect(drain(one, 100 * SECOND_MS)).toBe(100_000);
    expect(drain(one, HOUR_MS)).toBe(300_000);
  });

  it('keeps its units when another one, asked for the same write, has none', () => {
    const [full, empty] = [bucket(1), bucket(1, 'empty')];
    expect(
      takeAll(
        [
          { bucket: full, units: 1 },
          { bucket: empty, units: 1 },
        ],
        0,
      ),
    ).toBe(false);
    expect(drain(full, 0)).toBe(1_000);
  });

  it('is asked once for all that a request wants from it', () => {
    const one = bucket(0.001);
    const twice = [
      { bucket: one, units: 1 },
      { bucket: one, units: 1 },
    ];
    expect(takeAll(twice, 0)).toBe(false);
  });
});

describe('Partitions', () => {
  const open = (count: number | 'isolated') =>
    new Partitions({ count, salt: 'a', savedSeconds: 1, begins: 'full' }, 0);
  const keys = Array.from({ length: 64 }, (_, i) => `ORG#o#PERSONA#p#${i}`);

  it('take 1,000 write units and 3,000 read units a second each', () => {
    const { writes, reads } = open('isolated').of('key');
    expect([drain(writes, 0), drain(reads, 0)]).toEqual([1_000, 3_000]);
  });

  it('are one for each key once every split is done, and shared by keys before', () => {
    const distinct = (count: number | 'isolated') => {
      const partitions = open(count);
      return new Set(keys.map((key) => partitions.of(key))).size;
    };
    expect(distinct('isolated')).toBe(64);
    expect(distinct(4)).toBe(4);
  });

  it('fill from the beginning, whenever they are first asked', () => {
    const partitions = new Partitions({ count: 4, salt: '', savedSeconds: 1, begins: 'empty' }, 0);
    expect(drain(partitions.of('key').writes, 500)).toBe(500);
  });

  it('hold the same key in the same place', () => {
    const partitions = open(64);
    expect(partitions.of('key')).toBe(partitions.of('key'));
  });
});
