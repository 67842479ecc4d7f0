// `npm run bench -- sizes`: the size of each bundle and its largest parts; with `--update`, saves the sizes as the budget.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundles, bytesOf, gzippedBytes, largestParts, totalBytes } from './bundles/measure-bundles.ts';
import { rounded, textTable } from './report/text-table.ts';

const BUDGET_FILE = join(import.meta.dirname, 'bundles', 'budget.json');
const LARGEST = 10;

export interface SizesOptions {
  /** Saves the current sizes as the budget. */
  readonly update: boolean;
}

export async function benchSizes({ update }: SizesOptions): Promise<void> {
  const all = await bundles();

  console.log(
    textTable(
      ['function', 'kB', 'kB gzipped'],
      all.map((bundle) => [
        bundle.name,
        rounded(totalBytes(bundle) / 1000, 1),
        rounded(gzippedBytes(bundle) / 1000, 1),
      ]),
    ),
  );
  for (const { name, files } of all) {
    for (const file of Object.keys(files)) {
      console.log(`\n${name}/${file}, bytes of its ${LARGEST} largest parts`);
      console.log(
        textTable(
          ['bytes', 'part'],
          largestParts(name, file, LARGEST).map(([part, bytes]) => [bytes, part]),
        ),
      );
    }
  }

  const budget = `${JSON.stringify(bytesOf(all), null, 2)}\n`;
  if (update) {
    writeFileSync(BUDGET_FILE, budget);
    console.log('\nThe current sizes are the budget now.');
  } else if (readFileSync(BUDGET_FILE, 'utf8') !== budget) {
    console.log('\nThe sizes differ from the budget. If that is intended: npm run bench -- sizes --update');
  }
}
