// Saves the figures of a run as JSON, for scripts that compare runs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { currentLoad, type Machine } from './machine.ts';

const RESULTS = join(import.meta.dirname, '..', 'results');

/** @returns the file, relative to the working directory. */
export function saveResults(name: string, machine: Machine, results: object): string {
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${name}.json`);
  const saved = { machine: { ...machine, loadAfter: currentLoad() }, ...results };
  writeFileSync(file, `${JSON.stringify(saved, null, 2)}\n`);
  return relative(process.cwd(), file);
}
