// Bars: how many starts a second each design takes with 1, 4 and 16 shards.
import type { TopLevelSpec } from 'vega-lite';
import { OURS } from '../designs/designs.ts';
import type { HighestRates } from '../highest-rate.ts';
import { COLOURS, LOOK } from './look.ts';

export function highestRatesChart(rates: readonly HighestRates[]): TopLevelSpec {
  const bars = rates.map(({ name, shards, withoutRefusals }) => ({
    bar: `${name}, ${shards} ${shards === 1 ? 'shard' : 'shards'}`,
    rate: withoutRefusals,
    label: Number(withoutRefusals.toPrecision(2)).toLocaleString('en'),
    ours: name === OURS.name,
  }));
  const y = { field: 'bar', type: 'nominal' as const, sort: null, title: null };
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
      subtitle:
        'with less than 0.1 % of them refused even once; each shard in a partition of its own, no burst credit',
    },
    width: 470,
    height: { step: 22 },
    data: { values: bars },
    layer: [
      {
        mark: { type: 'bar', height: 15 },
        encoding: {
          y: { ...y, axis: { labelLimit: 320, ticks: false, domain: false } },
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
