// When an assembly is made again, and when that of an earlier run is used.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { assemblyCache } from '../../local/synthesis/assembly-cache.ts';
import { type SynthesisOptions, synthesise } from '../../local/synthesise.ts';
import { type SmallProject, smallProject } from './small-project.ts';
import { tempFolder } from './temp-folder.ts';

interface Manifest {
  /** Another one for each run of the app. */
  run: string;
  variables: Record<string, string>;
}

const PROJECT = join(import.meta.dirname, '../..');

afterEach(() => {
  vi.unstubAllEnvs();
});

async function manifestOf({ folder }: SmallProject, options: Partial<SynthesisOptions> = {}) {
  const { assemblyFolder } = await synthesise({ folder: tempFolder(), project: folder, ...options });
  return JSON.parse(readFileSync(join(assemblyFolder, 'manifest.json'), 'utf8')) as Manifest;
}

const runOf = async (project: SmallProject, options?: Partial<SynthesisOptions>) =>
  (await manifestOf(project, options)).run;

/** The only kept assembly. */
function keptIn({ folder }: SmallProject): string {
  const cache = join(folder, 'build/assemblies');
  const [kept] = readdirSync(cache, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return join(cache, kept?.name ?? 'nothing was kept');
}

describe('Synthesis of what was synthesised before', () => {
  it('runs no app, in whichever folder the assembly is wanted', async () => {
    const project = smallProject();
    const first = await synthesise({ folder: tempFolder(), project: project.folder });
    const again = await synthesise({ folder: tempFolder(), project: project.folder });
    expect(again.assemblyFolder).not.toBe(first.assemblyFolder);
    const files = readdirSync(first.assemblyFolder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(first.assemblyFolder.length));
    expect(files).toHaveLength(3);
    for (const file of files) {
      expect(readFileSync(again.assemblyFolder + file)).toEqual(readFileSync(first.assemblyFolder + file));
    }
    expect(readFileSync(again.signingKeyFile)).toEqual(readFileSync(first.signingKeyFile));
  });

  it('leaves nothing of an earlier assembly in the folder', async () => {
    const project = smallProject();
    const folder = tempFolder();
    await runOf(project, { folder });
    writeFileSync(join(folder, 'cdk.out/earlier.template.json'), '{}');
    await runOf(project, { folder });
    expect(readdirSync(join(folder, 'cdk.out')).sort()).toEqual([
      'asset.code',
      'manifest.json',
      'package.json',
    ]);
  });

  it.each<[what: string, change: (project: SmallProject) => unknown, options?: Partial<SynthesisOptions>]>([
    ['a source of the app', ({ write }) => write('infra/stacks/service.ts', 'export const memoryMb = 512;')],
    ['a new source of the app', ({ write }) => write('infra/stacks/another.ts', '')],
    ['a source of a function', ({ write }) => write('functions/access/claims.ts', 'export const a = 1;')],
    ['a source of the same size', ({ write }) => write('functions/start.ts', 'export [];')],
    ['a removed source', ({ folder }) => rmSync(join(folder, 'functions/access/claims.ts'))],
    ['package.json', ({ write }) => write('package.json', '{"type": "module", "imports": {}}')],
    ['the lock file', ({ write }) => write('package-lock.json', '{"lockfileVersion": 3}')],
    ['an installed version', ({ write }) => write('node_modules/.package-lock.json', '{"packages": {}}')],
    ['tsconfig.json', ({ write }) => write('tsconfig.json', '{"compilerOptions": {}}')],
    [
      'cdk.json',
      ({ write }) => write('cdk.json', '{"app": "node infra/app.mjs", "context": {"flag": true}}'),
    ],
    ['cdk.context.json', ({ write }) => write('cdk.context.json', '{"zones": ["a"]}')],
    ['a module that the app loads', ({ write }) => write('node_modules/loaded/index.js', '// patched')],
    ['a module that is bundled', ({ write }) => write('node_modules/bundled/index.js', '// patched')],
    ['a module that is gone', ({ folder }) => rmSync(join(folder, 'node_modules/bundled/index.js'))],
    ['the stage', () => {}, { stage: 'prod' }],
    ['the configuration', () => {}, { config: { usage: true } }],
    ['a variable of the CDK', () => vi.stubEnv('CDK_DEFAULT_REGION', 'eu-central-1')],
    ['a variable of Node', () => vi.stubEnv('NODE_OPTIONS', '--max-http-header-size=16384')],
  ])('runs the app again after a change of %s', async (_what, change, options = {}) => {
    const project = smallProject();
    const first = await runOf(project);
    expect(await runOf(project)).toBe(first);
    change(project);
    const changed = await runOf(project, options);
    expect(changed).not.toBe(first);
    expect(await runOf(project, options)).toBe(changed);
  });

  it('runs the app again under another version of Node', async () => {
    const project = smallProject();
    const first = await runOf(project);
    const { version } = process;
    try {
      Object.defineProperty(process, 'version', { value: 'v24.99.0' });
      expect(await runOf(project)).not.toBe(first);
    } finally {
      Object.defineProperty(process, 'version', { value: version });
    }
  });

  it('gives the app no variable on which its assembly could depend unnoticed', async () => {
    const project = smallProject();
    vi.stubEnv('MEMORY_MB', '512');
    const first = await manifestOf(project);
    expect(first.variables).not.toHaveProperty('MEMORY_MB');
    vi.stubEnv('MEMORY_MB', '1024');
    expect(await runOf(project)).toBe(first.run);
  });

  it.each([
    ['a source', 'saved-meanwhile', 'functions/start.ts'],
    ['a module', 'patched-meanwhile', 'node_modules/loaded/index.js'],
  ])('does not keep an assembly when %s was saved while the app ran', async (_what, flag, file) => {
    const project = smallProject();
    const before = project.read(file);
    project.write(flag, '');
    const first = await runOf(project);
    expect(project.read(file)).not.toBe(before);
    rmSync(join(project.folder, flag));
    expect(await runOf(project)).not.toBe(first);
    project.write(file, before);
    expect(await runOf(project)).not.toBe(first);
  });
});

describe('A kept assembly', () => {
  it.each<[what: string, damage: (kept: string) => void]>([
    [
      'has another template',
      (kept) => writeFileSync(join(kept, 'assembly/manifest.json'), '{"run": "forged"}'),
    ],
    [
      'has other code',
      (kept) => writeFileSync(join(kept, 'assembly/asset.code/index.cjs'), 'exports.handler = 2;'),
    ],
    ['lacks a file', (kept) => rmSync(join(kept, 'assembly/asset.code/index.cjs'))],
    ['lacks all files', (kept) => rmSync(join(kept, 'assembly'), { recursive: true })],
    ['lacks its list', (kept) => rmSync(join(kept, 'entry'))],
    ['has half of its list', (kept) => truncateSync(join(kept, 'entry'), 100)],
    ['has another list', (kept) => writeFileSync(join(kept, 'entry'), `0\n{"files": {}, "modules": {}}`)],
  ])('is not used when it %s', async (_what, damage) => {
    const project = smallProject();
    const first = await runOf(project);
    damage(keptIn(project));
    const next = await runOf(project);
    expect(next).not.toBe(first);
    expect(next).not.toBe('forged');
    expect(await runOf(project)).toBe(next);
  });

  it('is used without the files that were added to it', async () => {
    const project = smallProject();
    const first = await runOf(project);
    writeFileSync(join(keptIn(project), 'assembly/asset.code/added.cjs'), '');
    const folder = tempFolder();
    expect(await runOf(project, { folder })).toBe(first);
    expect(readdirSync(join(folder, 'cdk.out/asset.code'))).toEqual(['index.cjs']);
  });

  it('goes when there are many, the longest unused first', () => {
    const folder = tempFolder();
    const assembly = join(tempFolder(), 'cdk.out');
    mkdirSync(assembly);
    writeFileSync(join(assembly, 'manifest.json'), '{}');
    const cache = assemblyCache(folder);
    cache.keep('used', assembly, []);
    for (let count = 0; count < 100; count++) {
      cache.keep(`entry-${count}`, assembly, []);
      expect(cache.take('used', join(folder, 'taken'))).toBe(true);
    }
    expect(readdirSync(folder).length).toBeLessThan(40);
    expect(cache.take('entry-0', join(folder, 'taken'))).toBe(false);
    expect(cache.take('entry-99', join(folder, 'taken'))).toBe(true);
  });

  it('is whole for each of several processes that make or take it at the same moment', async () => {
    const project = smallProject();
    const script = `
      const { synthesise } = await import(${JSON.stringify(join(PROJECT, 'local/synthesise.ts'))});
      for (const folder of process.argv.slice(2)) {
        await synthesise({ folder, project: process.argv[1] });
      }`;
    const folders = Array.from({ length: 12 }, tempFolder);
    const processes = [0, 1, 2, 3].map((index) =>
      spawn(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          script,
          '--',
          project.folder,
          ...folders.slice(index * 3, index * 3 + 3),
        ],
        {
          stdio: ['ignore', 'inherit', 'inherit'],
        },
      ),
    );
    const codes = await Promise.all(processes.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    for (const folder of folders) {
      expect(JSON.parse(readFileSync(join(folder, 'cdk.out/manifest.json'), 'utf8'))).toHaveProperty('run');
      expect(existsSync(join(folder, 'cdk.out/asset.code/index.cjs'))).toBe(true);
    }
    const kept = await runOf(project);
    expect(await runOf(project)).toBe(kept);
  });
});

describe('The app of this project', () => {
  /** Node refuses any other read. esbuild, a process of its own, names what it reads in its metafiles. */
  function allowReads(folders: string[], folder: string): void {
    const readable = folders.map((name) => `--allow-fs-read=${join(PROJECT, name)}`);
    const writable = [join(PROJECT, 'build'), folder].flatMap((path) => [
      `--allow-fs-read=${path}`,
      `--allow-fs-write=${path}`,
    ]);
    const flags = ['--permission', '--allow-child-process', '--no-warnings', ...readable, ...writable];
    vi.stubEnv('NODE_OPTIONS', flags.join(' '));
  }

  const READ = ['infra', 'functions', 'package.json', 'node_modules', 'local/synthesis'];

  it('reads nothing beside what decides about a new assembly', async () => {
    const folder = tempFolder();
    allowReads(READ, folder);
    const { assemblyFolder } = await synthesise({ folder });
    expect(existsSync(join(assemblyFolder, 'manifest.json'))).toBe(true);
  });

  it('could not have read anything else unnoticed', async () => {
    const folder = tempFolder();
    allowReads(READ.slice(1), folder);
    await expect(synthesise({ folder })).rejects.toThrow(
      /could not be synthesised[\s\S]*(restricted|denied)/i,
    );
  });
});
