// The simulated loads: the headline scenario with its variations, and the steady state for comparisons.
import { INDEX, ORG_PARTITION, OURS, TRANSACTION } from './designs/designs.ts';
import type { Scenario } from './simulate.ts';

export const HEADLINE_STARTS_PER_SECOND = 10_000;
const HEADLINE_SHARDS = 16;
/** The partitions of a new on-demand table. */
const FRESH_PARTITIONS = 4;
/** A warm throughput of 40,000 writes a second, the default quota of a table. */
const WARMED_PARTITIONS = 40;

/** After all splits for heat: a partition for each shard, more than enough for the index, and no burst credit. */
export const STEADY = {
  design: OURS,
  shards: HEADLINE_SHARDS,
  partitions: 'isolated',
  indexPartitions: 32,
  personaRememberSeconds: 5,
  seed: 1,
  warmUpSeconds: 4,
  countedSeconds: 4,
  savedSeconds: 1,
  bucketsBegin: 'empty',
} as const satisfies Omit<Scenario, 'startsPerSecond'>;

export interface NamedScenario {
  readonly name: string;
  readonly scenario: Scenario;
}

const headline: Scenario = {
  ...STEADY,
  startsPerSecond: HEADLINE_STARTS_PER_SECOND,
  countedSeconds: 16,
};
/** An overloaded design shows the same figures within seconds. */
const overloaded: Scenario = { ...headline, countedSeconds: 2 };

export const HEADLINES: readonly NamedScenario[] = [
  { name: '16 shards', scenario: headline },
  { name: '16 shards, transaction', scenario: { ...overloaded, design: TRANSACTION } },
  { name: '16 shards, index', scenario: { ...headline, countedSeconds: 4, design: INDEX } },
  { name: 'one partition for the org', scenario: { ...overloaded, design: ORG_PARTITION, shards: 1 } },
  { name: '4 shards', scenario: { ...overloaded, shards: 4 } },
  { name: '1 shard', scenario: { ...overloaded, shards: 1 } },
  { name: '16 shards, persona read each time', scenario: { ...overloaded, personaRememberSeconds: 0 } },
  {
    name: '16 shards, a fresh table',
    scenario: { ...overloaded, partitions: FRESH_PARTITIONS, indexPartitions: FRESH_PARTITIONS },
  },
  { name: '16 shards, 40 partitions', scenario: { ...overloaded, partitions: WARMED_PARTITIONS } },
  {
    name: '64 shards, 40 partitions',
    scenario: { ...overloaded, shards: 64, partitions: WARMED_PARTITIONS },
  },
  {
    name: '16 shards, the first second of all',
    scenario: { ...headline, warmUpSeconds: 0, countedSeconds: 1, bucketsBegin: 'full' },
  },
  {
    name: '16 shards, a tenth of a second saved',
    scenario: { ...headline, countedSeconds: 4, savedSeconds: 0.1 },
  },
];
