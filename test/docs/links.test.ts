// The pages in Markdown: every relative link leads somewhere, every table is one, and docs/README.md lists every page of docs/.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const EXCLUDED = ['**/node_modules/**', 'build/**', '**/.*/**', 'cdk.out/**'];
const pages = globSync('**/*.md', { cwd: ROOT, exclude: EXCLUDED });

const LINK = /\]\(([^()\s]+)\)/g;

/** Relative to the root. */
function linksOf(page: string) {
  return [...read(page).matchAll(LINK)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor] = link.split('#');
      return { link, path: path === '' ? page : join(dirname(page), path), anchor };
    });
}

/** As GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = read(page).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Without fenced code. */
function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8').replace(/^ *```[\s\S]*?^ *```/gm, '');
}

it.each(pages)('the links of %s lead to files and headings that exist', (page) => {
  const broken = linksOf(page).filter(
    ({ path, anchor }) =>
      !existsSync(join(ROOT, path)) || (anchor !== undefined && !anchorsOf(path).includes(anchor)),
  );
  expect(broken.map(({ link }) => link)).toEqual([]);
});

it.each(pages)('the tables of %s have a head', (page) => {
  const tables = read(page).match(/(?:^\|.*\n)+/gm) ?? [];
  expect(tables.filter((table) => !/^\|.*\n\|[ |:-]+\n/.test(table))).toEqual([]);
});

it('docs/README.md lists every page of docs/', () => {
  const listed = linksOf('docs/README.md').map(({ path }) => path);
  const written = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
  expect(written.filter((page) => !listed.includes(page))).toEqual([]);
});
