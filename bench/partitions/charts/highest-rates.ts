// Bars: how many starts a second each design takes with 1, 4 and 16 shards.
import type { TopLevelSpec } from 'vega-lite';
import { ORG_PARTITION, OURS } from '../designs/designs.ts';
import type { HighestRate } from '../highest-rate.ts';
import { COLOURS, LOOK } from './look.ts';

export function highestRatesChart(rates: readonly HighestRate[]): TopLevelSpec {
  const bars = rates.map(({ name, shards, startsPerSecond }) => ({
    bar: name === ORG_PARTITION.name ? name : `${name}, ${shards} ${shards === 1 ? 'shard' : 'shards'}`,
    rate: startsPerSecond,
    label: Number(startsPerSecond.toPrecision(2)).toLocaleString('en'),
    ours: name === OURS.name,
  }));
  const y = {
    field: 'bar',
    type: 'nominal' as const,
    sort: null,
    title: null,
    axis: { labelLimit: 0, ticks: false, domain: false, labelPadding: 6 },
  };
  const x = {
    field: 'rate',
    type: 'quantitative' as const,
    title: 'starts a second',
    axis: { format: ',d' },
  };
  return {
    ...LOOK,
    title: {
      text: 'Starts a second that one persona takes',
      subtitle: [
        'with less than 0.1 % of them refused even once,',
        'each shard in a partition of its own, and without burst credit',
      ],
    },
    width: 470,
    height: { step: 22 },
    data: { values: bars },
    layer: [
      {
        mark: { type: 'bar', height: 15 },
        encoding: {
          y,
          x,
          color: {
            field: 'ours',
            type: 'nominal',
            scale: { domain: [true, false], range: [COLOURS.blue, '#a6a6a6'] },
            legend: null,
          },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 4, color: '#333333' },
        encoding: { y, x, text: { field: 'label' } },
      },
    ],
  };
}
