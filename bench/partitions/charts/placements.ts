// Lines: how likely a persona's shards fit on a table's partitions, over the number of partitions.
import type { TopLevelSpec } from 'vega-lite';
import type { Placement } from '../placements.ts';
import { COLOURS, LOOK } from './look.ts';

export function placementsChart(placements: readonly Placement[]): TopLevelSpec {
  const values = placements.map(({ shards, ...placement }) => ({ ...placement, series: `${shards} shards` }));
  const series = [...new Set(values.map((value) => value.series))];
  const partitions = [...new Set(values.map((value) => value.partitions))];
  const x = {
    field: 'partitions',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, base: 2, domain: [4, 256] },
    title: 'partitions that the table has',
    axis: { values: partitions, format: 'd' },
  };
  const y = {
    field: 'fitShare',
    type: 'quantitative' as const,
    title: 'chance that no partition gets more than it takes',
    axis: { format: '.0%' },
  };
  const color = {
    field: 'series',
    type: 'nominal' as const,
    scale: { domain: series, range: [COLOURS.orange, COLOURS.green, COLOURS.blue] },
    legend: null,
  };
  return {
    ...LOOK,
    title: {
      text: '10,000 starts a second before DynamoDB has split for heat',
      subtitle: 'shards share partitions by the hash of their keys: more shards are smaller, and fit sooner',
    },
    width: 640,
    height: 300,
    layer: [
      {
        data: { values },
        mark: { type: 'line', point: { size: 35 }, strokeWidth: 2 },
        encoding: { x, y, color },
      },
      {
        data: { values: values.filter((value) => value.partitions === partitions.at(-1)) },
        mark: { type: 'text', align: 'left', dx: 8, fontWeight: 'bold' },
        encoding: { x, y, color, text: { field: 'series' } },
      },
    ],
  };
}
