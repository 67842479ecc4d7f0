// What the commands of the documentation write into the clone is not offered to git.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const WRITES = /(?:\| tee |--data )([\w./-]+)/g;

const written = ['README.md', 'docs/local.md'].flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(WRITES)].map(([, file]) => [page, file ?? ''] as const),
);

it('finds commands that write', () => {
  expect(written.length).toBeGreaterThan(1);
});

it.each(written)('%s writes %s, which git ignores', (_page, file) => {
  const { stdout } = spawnSync('git', ['check-ignore', '--no-index', file, `${file}/`], { encoding: 'utf8' });
  expect(stdout).not.toBe('');
});

it('has the same line ends on every machine', () => {
  const { stdout } = spawnSync('git', ['check-attr', 'eol', 'README.md', '.ci/run', 'local/main.ts'], {
    encoding: 'utf8',
  });
  expect(stdout.trim().split('\n')).toEqual([
    'README.md: eol: lf',
    '.ci/run: eol: lf',
    'local/main.ts: eol: lf',
  ]);
});
