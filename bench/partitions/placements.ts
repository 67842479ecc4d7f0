// How often a random placement of a persona's shards overloads none of a table's partitions.
import { shardPartition } from '../../functions/personas/persona.ts';
import { partitionOf, WRITE_UNITS_PER_SECOND } from './model/partitions.ts';
import { HEADLINE_STARTS_PER_SECOND } from './scenarios.ts';

export interface Placement {
  readonly shards: number;
  readonly partitions: number;
  /** The share of tries in which no partition gets more than its limit. */
  readonly fitShare: number;
  /** The median share of starts above the limit of their partition. */
  readonly excessShare: number;
}

const SHARDS = [16, 32, 64] as const;
const PARTITIONS = [4, 8, 16, 24, 32, 40, 64, 128, 256] as const;
const TRIES = 1_000;

export function placements(): Placement[] {
  return SHARDS.flatMap((shards) =>
    PARTITIONS.map((partitions) => {
      const excesses = Array.from({ length: TRIES }, (_, attempt) => excessOf(shards, partitions, attempt));
      return {
        shards,
        partitions,
        fitShare: excesses.filter((excess) => excess === 0).length / TRIES,
        excessShare: excesses.sort((a, b) => a - b)[TRIES / 2] ?? Number.NaN,
      };
    }),
  );
}

function excessOf(shards: number, partitions: number, attempt: number): number {
  const load = new Float64Array(partitions);
  for (let shard = 0; shard < shards; shard += 1) {
    const partition = partitionOf(shardPartition('org_1', 'psn_1', shard), partitions, String(attempt));
    load[partition] = (load[partition] ?? 0) + HEADLINE_STARTS_PER_SECOND / shards;
  }
  const excess = load.reduce((sum, starts) => sum + Math.max(0, starts - WRITE_UNITS_PER_SECOND), 0);
  return excess / HEADLINE_STARTS_PER_SECOND;
}
