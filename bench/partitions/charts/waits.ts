// Lines: the p99 latency of callers, over the starts a second.
import type { TopLevelSpec } from 'vega-lite';
import type { Wait } from '../waits.ts';
import { COLOURS, LOOK } from './look.ts';

/** The name of a line stands where its latency exceeds this. */
const OVERLOADED_P99_MS = 500;

export function waitsChart(waits: readonly Wait[]): TopLevelSpec {
  const series = [...new Set(waits.map((wait) => wait.series))];
  const labelled = series.map((name) => {
    const line = waits.filter((wait) => wait.series === name);
    return line.find(({ p99Ms }) => p99Ms > OVERLOADED_P99_MS) ?? line.at(-1);
  });
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
      subtitle: [
        'the slowest of a hundred starts, with the retries of the SDK;',
        'a line ends where more than one start in ten is a 503',
      ],
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
        data: { values: labelled },
        mark: { type: 'text', align: 'right', dx: -8, dy: -10, fontWeight: 'bold' },
        encoding: { x, y, color, text: { field: 'series' } },
      },
    ],
  };
}
