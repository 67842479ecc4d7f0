// Draws the charts of docs/partitions.md from the figures of a run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { HighestRate } from '../highest-rate.ts';
import type { Placement } from '../placements.ts';
import type { Wait } from '../waits.ts';
import { highestRatesChart } from './highest-rates.ts';
import { placementsChart } from './placements.ts';
import { waitsChart } from './waits.ts';

export interface Charted {
  readonly rates: readonly HighestRate[];
  readonly placements: readonly Placement[];
  readonly waits: readonly Wait[];
}

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'docs', 'partitions');

/** @returns the files, relative to the working directory. */
export async function drawCharts({ rates, placements, waits }: Charted): Promise<string[]> {
  mkdirSync(FOLDER, { recursive: true });
  const charts = {
    'highest-rates': highestRatesChart(rates),
    waits: waitsChart(waits),
    placements: placementsChart(placements),
  };
  const files: string[] = [];
  for (const [name, spec] of Object.entries(charts)) {
    const file = join(FOLDER, `${name}.svg`);
    writeFileSync(file, `${await svgOf(spec)}\n`);
    files.push(relative(process.cwd(), file));
  }
  return files;
}

function svgOf(spec: TopLevelSpec): Promise<string> {
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
