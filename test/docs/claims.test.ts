// What the pages in Markdown name exists: npm scripts, test suites, operator commands with their options, files, and configuration.
import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { loadConfig } from '../../infra/config.ts';
import manifest from '../../package.json' with { type: 'json' };
import { QUICK, REST } from '../projects.ts';

const ROOT = join(import.meta.dirname, '../..');
const pages = globSync('**/*.md', {
  cwd: ROOT,
  exclude: ['**/node_modules/**', 'build/**', '**/.*/**', 'cdk.out/**'],
});
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** @returns what the first group of the expression captures in each page, with the page. */
function named(expression: RegExp): [page: string, name: string][] {
  return pages.flatMap((page) =>
    [...read(page).matchAll(expression)].map(([, name = '']): [string, string] => [page, name]),
  );
}

it('every npm script that a page names exists', () => {
  const scripts = Object.keys(manifest.scripts);
  const unknown = named(/npm run (?:--silent )?([a-z:-]+)/g).filter(
    ([page, script]) => !page.startsWith('sdk/') && !scripts.includes(script),
  );
  expect(unknown).toEqual([]);
});

it('every test suite that a page names exists', () => {
  const suites = [...QUICK, ...REST].map(({ test }) => test?.name);
  expect(named(/vitest run --project ([a-z-]+)/g).filter(([, name]) => !suites.includes(name))).toEqual([]);
});

it('every file and folder of the project that a page names exists', () => {
  const written = ['bench/results/'];
  const missing = named(
    /`((?:functions|infra|local|admin|test|bench|docs|sdk|\.ci|\.github)\/[\w./-]*)`/g,
  ).filter(
    ([page, path]) =>
      !written.includes(path) &&
      !existsSync(join(ROOT, path)) &&
      !existsSync(join(ROOT, dirname(page), path)),
  );
  expect(missing).toEqual([]);
});

it('the operator commands that pages show take the options that are shown', async () => {
  const shown = named(/npm run (?:--silent )?admin -- ((?:\\\n|[^`\n#>|)])+)/g).map(([page, text]) => {
    const words = text
      .replaceAll('\\\n', ' ')
      .split(/\s+/)
      .filter((word) => word !== '');
    const options = words.filter((word) => /^--[a-z-]+$/.test(word)).map((word) => word);
    const end = words.findIndex((word) => !/^[a-z]+$/.test(word));
    return { page, command: words.slice(0, end < 0 ? 2 : Math.min(end, 2)).join(' '), options };
  });
  const help = new Map<string, string>();
  for (const { command } of shown) {
    if (!help.has(command)) {
      const args = [
        join(ROOT, 'admin/main.ts'),
        ...command.split(' ').filter((word) => word !== ''),
        '--help',
      ];
      help.set(command, (await promisify(execFile)(process.execPath, args)).stdout);
    }
  }
  const unknown = shown.flatMap(({ page, command, options }) =>
    options
      .filter((option) => option !== '--help' && !help.get(command)?.includes(option))
      .map((option) => `${page}: ${command} ${option}`),
  );
  expect(unknown).toEqual([]);
  expect(help.size).toBeGreaterThan(8);
});

/** The paths of all fields with their values; a list and `null` are values. */
function fieldsOf(value: object, path: string[] = []): [string, unknown][] {
  return Object.entries(value).flatMap(([name, field]): [string, unknown][] =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? fieldsOf(field, [...path, name])
      : [[[...path, name].join('.'), field]],
  );
}

/** Rows of the table as fields with their cells: `a.b`, `.c` is a.b and a.c; each has a value of its own, or the one value. */
function documentedFields(): Map<string, [dev: string, prod: string]> {
  const rows = read('docs/configuration.md').matchAll(/^\| (`[^|]+`) \| ([^|]+) \| ([^|]+) \|/gm);
  return new Map(
    [...rows].flatMap(([, names = '', dev = '', prod = '']) => {
      const paths = [...names.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
      const [first = ''] = paths;
      const several = paths.length > 1 && paths[1]?.startsWith('.');
      const cell = (text: string, index: number) =>
        (several ? (text.split(/, /)[index] ?? text) : text).trim();
      return paths.map((path, index): [string, [string, string]] => [
        path.startsWith('.') ? first.replace(/\.[^.]+$/, path) : path,
        [cell(dev, index), cell(prod, index)],
      ]);
    }),
  );
}

it('the configuration page has every field, with the values of both stages', () => {
  const documented = documentedFields();
  const configs = [loadConfig('dev'), loadConfig('prod')];
  const fields = configs.map((config) => new Map(fieldsOf({ ...config, stage: undefined })));
  const isDocumented = (path: string) =>
    [...documented.keys()].some((name) => name === path || name.startsWith(`${path}.`));
  expect([...(fields[0]?.keys() ?? [])].filter((path) => path !== 'stage' && !isDocumented(path))).toEqual(
    [],
  );

  const wrong = [...documented].flatMap(([path, cells]) =>
    cells.flatMap((cell, stage) => {
      const value = fields[stage]?.get(path);
      const given = /^(?:`([^`]*)`|([\d,]+))$/.exec(cell);
      const text = (given?.[1] ?? given?.[2]?.replaceAll(',', '') ?? '').replace(/^"(.*)"$/, '$1');
      const actual = Array.isArray(value) ? JSON.stringify(value) : String(value);
      return given === null || value === undefined || text === actual
        ? []
        : [`${path}: ${cell}, is ${actual}`];
    }),
  );
  expect(wrong).toEqual([]);
});
