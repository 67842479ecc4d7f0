// The highest rate of starts at which fewer than one in a thousand is in trouble, found by bisection.
import { DESIGNS, OURS, TRANSACTION } from './designs/designs.ts';
import type { Figures } from './figures.ts';
import { STEADY } from './scenarios.ts';
import { type Scenario, simulate } from './simulate.ts';

export const TROUBLE_SHARE_MAX = 0.001;

export interface HighestRate {
  readonly name: string;
  readonly shards: number;
  readonly startsPerSecond: number;
}

const SHARDS = [1, 4, 16] as const;
const LOWEST_PER_SECOND = 0.02;
const PRECISION = 1.02;
const STARTS_MIN = 10_000;
const SECONDS_MIN = 1;

export async function highestRates(): Promise<HighestRate[]> {
  const rates: HighestRate[] = [];
  for (const design of DESIGNS) {
    for (const shards of design.sharded ? SHARDS : [1]) {
      rates.push(await highestRate(design.name, { ...STEADY, design, shards }, heldUp));
    }
  }
  // Some conflicts are normal for transactions, so the rate by final failures is reported as well.
  const conflicting = { ...STEADY, design: TRANSACTION };
  rates.push(
    await highestRate(`${TRANSACTION.name}, 503s only`, conflicting, ({ failedShare }) => failedShare),
  );
  const readingEach = { ...STEADY, design: OURS, personaRememberSeconds: 0 };
  rates.push(await highestRate(`${OURS.name}, persona read each time`, readingEach, heldUp));
  return rates;
}

/** Counts a start with a single refused request, even when it succeeds in the end. */
function heldUp({ heldUpShare }: Figures): number {
  return heldUpShare;
}

async function highestRate(
  name: string,
  scenario: Omit<Scenario, 'startsPerSecond'>,
  troubleShare: (figures: Figures) => number,
): Promise<HighestRate> {
  const { shards } = scenario;
  const holds = async (startsPerSecond: number) => {
    const countedSeconds = Math.max(SECONDS_MIN, STARTS_MIN / startsPerSecond);
    const load = { ...scenario, startsPerSecond, countedSeconds, warmUpSeconds: 1 };
    return troubleShare(await simulate(load)) < TROUBLE_SHARE_MAX;
  };
  return { name, shards, startsPerSecond: await highestWhere(holds, shards * 1_100) };
}

/** Tries near the top first, since most designs take nearly as much as their partitions. */
export async function highestWhere(
  holds: (rate: number) => Promise<boolean>,
  tooHigh: number,
): Promise<number> {
  let [low, high] = [tooHigh / 1.375, tooHigh];
  while (low > LOWEST_PER_SECOND && !(await holds(low))) {
    [low, high] = [low / 4, low];
  }
  while (high / low > PRECISION) {
    const middle = Math.sqrt(low * high);
    [low, high] = (await holds(middle)) ? [middle, high] : [low, middle];
  }
  return low;
}
