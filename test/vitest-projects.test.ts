// Every test file belongs to a project, so that none is written and never run; `npm test` and `test:rest` are all of them.
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { ViteUserConfig } from 'vitest/config';
import all from '../vitest.config.ts';
import quick from '../vitest.quick.config.ts';
import rest from '../vitest.rest.config.ts';

const ROOT = join(import.meta.dirname, '..');

const NOT_OURS = ['**/node_modules/**', 'sdk/python/**', 'build/**', '.local/**'];

/** As vitest itself finds them. */
async function filesOfProjects(): Promise<Set<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-projects-'));
  const file = join(folder, 'files.json');
  try {
    await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'list', '--filesOnly', `--json=${file}`],
      { cwd: ROOT },
    );
    const listed: { readonly file: string }[] = JSON.parse(readFileSync(file, 'utf8'));
    return new Set(listed.map((entry) => relative(ROOT, entry.file)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('every test file belongs to a project', async () => {
  const written = globSync('**/*.{test,spec}.{ts,mts,cts,js,mjs,cjs}', { cwd: ROOT, exclude: NOT_OURS });
  const run = await filesOfProjects();
  expect(written.length).toBeGreaterThan(100);
  expect(written.filter((file) => !run.has(file))).toEqual([]);
});

it('`npm test` and `npm run test:rest` run every project, and none of them twice', () => {
  const twoParts = [quick, rest].flatMap(namesOf);
  expect(twoParts).toEqual(namesOf(all));
  expect(new Set(twoParts).size).toBe(twoParts.length);
  expect(namesOf(quick)).toContain('unit');
  expect(namesOf(rest)).toContain('faults');
});

function namesOf({ test }: ViteUserConfig): string[] {
  return (test?.projects ?? []).map((project) =>
    typeof project === 'object' && 'test' in project ? String(project.test?.name) : String(project),
  );
}
