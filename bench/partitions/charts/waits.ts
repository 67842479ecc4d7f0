// Lines: what the slowest hundredth of callers waits for, over the starts a second.
import type { TopLevelSpec } from 'vega-lite';
import type { Wait } from '../waits.ts';
import { COLOURS, LOOK } from './look.ts';

export function waitsChart(waits: readonly Wait[]): TopLevelSpec {
  const series = [...new Set(waits.map((wait) => wait.series))];
  const ends = series.map((name) => waits.findLast((wait) => wait.series === name));
  const x = {
    field: 'startsPerSecond',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain: [1, 20_000] },
    title: 'starts a second on one persona',
    axis: { values: [1, 10, 100, 1_000, 10_000], format: ',d' },
  };
  const y = {
    field: 'p99Ms',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain: [5, 10_000] },
    title: 'p99 in milliseconds',
    axis: { values: [10, 100, 1_000, 10_000], format: ',d' },
  };
  const color = {
    field: 'series',
    type: 'nominal' as const,
    scale: { domain: series, range: [COLOURS.orange, COLOURS.green, COLOURS.blue, COLOURS.grey] },
    legend: null,
  };
  return {
    ...LOOK,
    title: {
      text: 'What callers wait for',
      subtitle:
        'the slowest of a hundred starts, with the SDK’s retries; a line ends where one start in ten is a 503',
    },
    width: 640,
    height: 320,
    layer: [
      {
        data: { values: [...waits] },
        mark: { type: 'line', point: { size: 25 }, strokeWidth: 2 },
        encoding: { x, y, color },
      },
      {
        data: { values: ends },
        mark: { type: 'text', align: 'right', dy: -12, fontWeight: 'bold' },
        encoding: { x, y, color, text: { field: 'series' } },
      },
    ],
  };
}
