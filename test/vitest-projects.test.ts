// Every test file belongs to a project of vitest.config.ts, so that none is written and never run.
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** The SDKs have runners of their own. */
const NOT_OURS = ['node_modules/**', 'sdk/**', 'build/**', '.local/**'];

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

it('every test file belongs to a project', { timeout: 60_000 }, async () => {
  const written = globSync('**/*.{test,spec}.{ts,mts,cts,js,mjs,cjs}', { cwd: ROOT, exclude: NOT_OURS });
  const run = await filesOfProjects();
  expect(written.length).toBeGreaterThan(100);
  expect(written.filter((file) => !run.has(file))).toEqual([]);
});
