// `npm run bench -- partitions`: the load that one persona can take on simulated partitions, by shards and by design.
import { drawCharts } from './partitions/charts/draw.ts';
import type { Figures } from './partitions/figures.ts';
import { type HighestRate, highestRates, TROUBLE_SHARE_MAX } from './partitions/highest-rate.ts';
import { type Placement, placements } from './partitions/placements.ts';
import { HEADLINE_STARTS_PER_SECOND, HEADLINES } from './partitions/scenarios.ts';
import { simulate } from './partitions/simulate.ts';
import { waits } from './partitions/waits.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';
import { rounded, textTable } from './report/text-table.ts';

export interface PartitionsBenchOptions {
  /** Draws the charts of docs/partitions.md as well. */
  readonly update: boolean;
}

export async function benchPartitions({ update }: PartitionsBenchOptions): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));

  const headlines: (Figures & { name: string })[] = [];
  for (const { name, scenario } of HEADLINES) {
    headlines.push({ name, ...(await simulate(scenario)) });
  }
  console.log(
    `\n${HEADLINE_STARTS_PER_SECOND} starts a second on one persona\n${describeHeadlines(headlines)}`,
  );

  const rates = await highestRates();
  console.log(
    `\nThe most starts a second with less than ${percent(TROUBLE_SHARE_MAX)} refused even once\n${describeRates(rates)}`,
  );

  const placed = placements();
  console.log(
    `\n${HEADLINE_STARTS_PER_SECOND} starts a second on partitions that shards share by chance\n${describePlacements(placed)}`,
  );

  const results = { headlines, rates, placements: placed, waits: await waits() };
  console.log(`\n${saveResults('partitions', machine, results)}`);
  if (update) {
    console.log((await drawCharts(results)).join('\n'));
  }
}

function describeHeadlines(all: readonly (Figures & { name: string })[]): string {
  return textTable(
    [
      '',
      'starts',
      'held up',
      '503',
      'requests',
      'throttled',
      'conflicts',
      'p50 ms',
      'p99 ms',
      'WCU',
      'RCU',
      'envs',
    ],
    all.map((one) => [
      one.name,
      one.starts,
      percent(one.heldUpShare),
      percent(one.failedShare),
      one.requests,
      percent(one.throttledRequests / one.requests),
      percent(one.conflictingRequests / one.requests),
      rounded(one.p50Ms, 1),
      rounded(one.p99Ms, 1),
      rounded(one.writeUnitsPerStart, 2),
      rounded(one.readUnitsPerStart, 3),
      one.environments,
    ]),
  );
}

function describeRates(all: readonly HighestRate[]): string {
  return textTable(
    ['design', 'shards', 'starts a second'],
    all.map((one) => [one.name, one.shards, Number(one.startsPerSecond.toPrecision(3))]),
  );
}

function describePlacements(all: readonly Placement[]): string {
  return textTable(
    ['shards', 'partitions', 'fits', 'too much'],
    all.map((one) => [one.shards, one.partitions, percent(one.fitShare), percent(one.excessShare)]),
  );
}

function percent(share: number): string {
  return `${rounded(share * 100, 2)}%`;
}
