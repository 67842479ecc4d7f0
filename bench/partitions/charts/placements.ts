// Lines: the probability that a persona's shards fit on a table's partitions, over the number of partitions.
import type { TopLevelSpec } from 'vega-lite';
import type { Placement } from '../placements.ts';
import { COLOURS, LOOK } from './look.ts';

/** The position of each line's name, where there is room for it. */
const LABELS = [
  { shards: 64, partitions: 24, align: 'right', dx: -10, dy: -4 },
  { shards: 32, partitions: 40, align: 'left', dx: 10, dy: 12 },
  { shards: 16, partitions: 128, align: 'left', dx: 10, dy: 12 },
] as const;

export function placementsChart(placements: readonly Placement[]): TopLevelSpec {
  const values = placements.map((placement) => ({ ...placement, series: `${placement.shards} shards` }));
  const series = [...new Set(values.map((value) => value.series))];
  const axisValues = [4, 8, 16, 32, 64, 128, 256];
  const x = {
    field: 'partitions',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, base: 2, domain: [4, 256] },
    title: 'partitions that the table has',
    axis: { values: axisValues, format: 'd' },
  };
  const y = {
    field: 'fitShare',
    type: 'quantitative' as const,
    title: 'chance',
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
      subtitle: [
        'the chance that no partition gets more than 1,000 of them, where shards',
        'share partitions by the hash of their keys: more shards are smaller, and fit sooner',
      ],
    },
    width: 640,
    height: 300,
    layer: [
      {
        data: { values },
        mark: { type: 'line', point: { size: 35 }, strokeWidth: 2 },
        encoding: { x, y, color },
      },
      ...LABELS.map(({ shards, partitions, ...text }) => ({
        data: { values: values.filter((one) => one.shards === shards && one.partitions === partitions) },
        mark: { type: 'text' as const, fontWeight: 'bold' as const, ...text },
        encoding: { x, y, color, text: { field: 'series' } },
      })),
    ],
  };
}
