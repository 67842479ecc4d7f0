// What the simulation says of the service's start and of the designs that were rejected.
import { describe, expect, it } from 'vitest';
import { INDEX, ORG_PARTITION, OURS, TRANSACTION } from '../../../bench/partitions/designs/designs.ts';
import { highestWhere } from '../../../bench/partitions/highest-rate.ts';
import { HEADLINE_STARTS_PER_SECOND, STEADY } from '../../../bench/partitions/scenarios.ts';
import { type Scenario, simulate } from '../../../bench/partitions/simulate.ts';

function run(load: Partial<Scenario>) {
  return simulate({ ...STEADY, startsPerSecond: 50, warmUpSeconds: 1, countedSeconds: 1, ...load });
}

const POPULAR = { startsPerSecond: HEADLINE_STARTS_PER_SECOND, warmUpSeconds: 0.2, countedSeconds: 0.2 };

describe('A start in the simulation', () => {
  it('costs one write unit and half a read unit, or no read where the persona is remembered', async () => {
    const read = await run({ personaRememberSeconds: 0 });
    expect(read).toMatchObject({ writeUnitsPerStart: 1, readUnitsPerStart: 0.5, failedShare: 0 });
    const remembered = await run({ startsPerSecond: 500 });
    expect(remembered.writeUnitsPerStart).toBe(1);
    expect(remembered.readUnitsPerStart).toBeLessThan(0.02);
  });

  it.each([
    [INDEX, 2],
    [TRANSACTION, 4],
    [ORG_PARTITION, 1],
  ])('costs what it would cost with $name', async (design, units) => {
    expect(await run({ design, startsPerSecond: 1 })).toMatchObject({ writeUnitsPerStart: units });
  });

  it('has the same figures for the same seed, and others for another', async () => {
    const busy = { startsPerSecond: 2_300, shards: 2, warmUpSeconds: 0.5 };
    const first = await run(busy);
    expect(await run(busy)).toEqual(first);
    expect(await run({ ...busy, seed: 2 })).not.toEqual(first);
  });

  it('goes well 900 times a second with one shard, and not 1,200 times', async () => {
    const [within, beyond] = [
      await run({ shards: 1, startsPerSecond: 900 }),
      await run({ shards: 1, startsPerSecond: 1_200, warmUpSeconds: 2 }),
    ];
    expect(within.heldUpShare).toBe(0);
    expect(beyond.heldUpShare).toBeGreaterThan(0.2);
    expect(beyond.p99Ms).toBeGreaterThan(1_000);
  });

  it('is not throttled at 10,000 a second with 16 shards, where transactions conflict', async () => {
    const ours = await run({ ...POPULAR, design: OURS });
    expect(ours).toMatchObject({ throttledRequests: 0, failedShare: 0, writeUnitsPerStart: 1 });
    const rival = await run({ ...POPULAR, design: TRANSACTION });
    expect(rival.conflictingRequests / rival.requests).toBeGreaterThan(0.9);
  });

  it('is throttled when shards share the four partitions of a fresh table', async () => {
    const { heldUpShare } = await run({ ...POPULAR, partitions: 4 });
    expect(heldUpShare).toBeGreaterThan(0.3);
  });

  it('is held up by an index that has too few partitions', async () => {
    const design = INDEX;
    const [narrow, wide] = [
      await run({ ...POPULAR, design, indexPartitions: 4 }),
      await run({ ...POPULAR, design }),
    ];
    expect(narrow.heldUpShare).toBeGreaterThan(0.3);
    expect(wide.heldUpShare).toBe(0);
  });

  it('is read to death on one partition when no persona is remembered', async () => {
    const { throttledRequests } = await run({ ...POPULAR, personaRememberSeconds: 0 });
    expect(throttledRequests).toBeGreaterThan(0);
  });
});

describe('The search for the highest rate', () => {
  it.each([0.5, 37, 980])('comes within two per cent of where it ends, at %d', async (limit) => {
    const found = await highestWhere(async (rate) => rate <= limit, 1_100);
    expect(found).toBeLessThanOrEqual(limit);
    expect(found).toBeGreaterThan(limit / 1.021);
  });
});
