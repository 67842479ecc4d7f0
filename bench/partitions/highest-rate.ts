// The most starts a second of which fewer than one in a thousand is in trouble, found by halving.
import { DESIGNS, type Design, OURS } from './designs/designs.ts';
import type { Figures } from './figures.ts';
import { STEADY } from './scenarios.ts';
import { type Scenario, simulate } from './simulate.ts';

export const TROUBLE_SHARE_MAX = 0.001;

export interface HighestRates {
  readonly name: string;
  readonly design: string;
  readonly shards: number;
  /** Fewer than one in a thousand meets a refusal. */
  readonly withoutRefusals: number;
  /** Fewer than one in a thousand is answered 503, however often the SDK had to ask. */
  readonly withoutFailures: number;
}

const SHARDS = [1, 4, 16] as const;
const LOWEST_PER_SECOND = 0.02;
const PRECISION = 1.02;
const STARTS_MIN = 15_000;
const SECONDS_MIN = 2;

export async function highestRates(): Promise<HighestRates[]> {
  const rates: HighestRates[] = [];
  for (const design of DESIGNS) {
    for (const shards of design.sharded ? SHARDS : [1]) {
      rates.push(await highestRatesOf(design.name, { ...STEADY, design, shards }));
    }
  }
  const readingEach = { ...STEADY, design: OURS, personaRememberSeconds: 0 };
  rates.push(await highestRatesOf(`${OURS.name}, persona read on each start`, readingEach));
  return rates;
}

async function highestRatesOf(
  name: string,
  scenario: Omit<Scenario, 'startsPerSecond'> & { readonly design: Design },
): Promise<HighestRates> {
  const known = new Map<number, Figures>();
  const figuresAt = async (startsPerSecond: number) => {
    const countedSeconds = Math.max(SECONDS_MIN, STARTS_MIN / startsPerSecond);
    const figures =
      known.get(startsPerSecond) ?? (await simulate({ ...scenario, startsPerSecond, countedSeconds }));
    known.set(startsPerSecond, figures);
    return figures;
  };
  const highest = (shareOf: (figures: Figures) => number) =>
    highestWhere(async (rate) => shareOf(await figuresAt(rate)) < TROUBLE_SHARE_MAX, scenario.shards * 1_100);
  return {
    name,
    design: scenario.design.name,
    shards: scenario.shards,
    withoutRefusals: await highest(({ heldUpShare }) => heldUpShare),
    withoutFailures: await highest(({ failedShare }) => failedShare),
  };
}

/** Tries near the top first, since most designs hold nearly as much as their partitions do. */
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
