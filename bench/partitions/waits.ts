// The latency for callers, from an idle persona to an overloaded one.
import { type Design, OURS, TRANSACTION } from './designs/designs.ts';
import { STEADY } from './scenarios.ts';
import { simulate } from './simulate.ts';

export interface Wait {
  readonly series: string;
  readonly startsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failedShare: number;
}

const SERIES: readonly { readonly series: string; readonly design: Design; readonly shards: number }[] = [
  { series: '1 shard', design: OURS, shards: 1 },
  { series: '4 shards', design: OURS, shards: 4 },
  { series: '16 shards', design: OURS, shards: 16 },
  { series: 'transaction, 16 shards', design: TRANSACTION, shards: 16 },
];
const RATES = [
  1, 2, 4, 8, 16, 32, 64, 125, 250, 500, 900, 1_000, 1_050, 1_200, 1_500, 2_000, 3_000, 3_800, 4_000, 4_200,
  5_000, 8_000, 12_000, 15_000, 16_000, 17_000, 20_000,
];
/** A line ends where more starts fail than this share. */
const FAILED_SHARE_MAX = 0.1;
const STARTS_MIN = 3_000;

export async function waits(): Promise<Wait[]> {
  const all: Wait[] = [];
  for (const { series, design, shards } of SERIES) {
    for (const startsPerSecond of RATES) {
      const countedSeconds = Math.max(2, STARTS_MIN / startsPerSecond);
      const { p50Ms, p99Ms, failedShare } = await simulate({
        ...STEADY,
        design,
        shards,
        startsPerSecond,
        countedSeconds,
        warmUpSeconds: 3,
      });
      all.push({ series, startsPerSecond, p50Ms, p99Ms, failedShare });
      if (failedShare > FAILED_SHARE_MAX) {
        break;
      }
    }
  }
  return all;
}
