// Bundles each entry of the functions into a folder of its own, which is deployed as it is.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import type { Config } from './config.ts';

const ROOT = dirname(import.meta.dirname);
const OUT = join(ROOT, 'build');

/** The adapter of the table in a bundle. The `imports` of package.json name its file. */
export type DatabaseClient = Config['database']['client'];

/** @returns the folder to deploy for each entry. */
export async function bundleFunctions(
  entries: readonly string[],
  client: DatabaseClient,
): Promise<Map<string, string>> {
  return new Map(
    await Promise.all(entries.map(async (entry) => [entry, await bundleFunction(entry, client)] as const)),
  );
}

/**
 * @param entry a file in `functions/`
 * @returns the folder to deploy, with `index.cjs`. Source maps and metafiles go into another one, which is not deployed.
 */
async function bundleFunction(entry: string, client: DatabaseClient): Promise<string> {
  const folder = join(OUT, 'functions', client, basename(entry, '.ts'));
  await bundleInto(folder, join(ROOT, 'functions', entry), client);
  return folder;
}

/**
 * CommonJS made from the ES modules of packages starts fastest: `import` of Node's own modules takes longer than `require`.
 * @param folder contains only the bundle afterwards
 */
export async function bundleInto(folder: string, source: string, client: DatabaseClient): Promise<void> {
  const debug = join(OUT, 'debug', client, basename(source, '.ts'));
  const deployed = await bundle(source, join(folder, 'index.cjs'), debug, client);
  removeAllBut(deployed, folder);
}

/** @returns the files to deploy. */
async function bundle(
  source: string,
  outfile: string,
  debug: string,
  client: DatabaseClient,
): Promise<string[]> {
  const later: string[] = [];
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    supported: { 'dynamic-import': false },
    // `module` is esbuild's default condition, under which packages publish ES modules.
    conditions: [client, 'module'],
    plugins: [httpsLater(), loadLater(later)],
    sourcemap: 'external',
    legalComments: 'external',
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  keep(outputFiles, metafile, debug);
  const parts = later.map((part) =>
    bundle(part, join(dirname(outfile), laterFile(part)), `${debug}.${basename(part, '.ts')}`, client),
  );
  return [outfile, ...(await Promise.all(parts)).flat()];
}

/** Puts dynamically imported modules into files beside `index.cjs`, which are read only when they are needed. */
function loadLater(found: string[]): Plugin {
  return {
    name: 'load-later',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') {
          return undefined;
        }
        found.push(join(resolveDir, path));
        return { path: `./${laterFile(path)}`, external: true };
      });
    },
  };
}

/** Loads `node:https` on the first request: it takes longer than the rest of the authorizer, which only needs it to fetch keys. */
function httpsLater(): Plugin {
  const contents =
    "export const request = (...args) => process.getBuiltinModule('node:https').request(...args);";
  return {
    name: 'https-later',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^https$/ }, () => ({ path: 'https', namespace: 'later' }));
      onLoad({ filter: /.*/, namespace: 'later' }, () => ({ contents }));
    },
  };
}

function laterFile(source: string): string {
  return `${basename(source, '.ts')}.cjs`;
}

function keep(files: readonly OutputFile[], metafile: Metafile, debug: string): void {
  for (const { path, contents } of files) {
    write(path.endsWith('.cjs') ? path : join(debug, basename(path)), contents);
  }
  write(join(debug, 'meta.json'), Buffer.from(JSON.stringify(metafile)));
}

/** Removes files of an earlier build, which would be deployed as well. */
function removeAllBut(deployed: readonly string[], folder: string): void {
  for (const file of readdirSync(folder)) {
    if (!deployed.includes(join(folder, file))) {
      rmSync(join(folder, file), { recursive: true, force: true });
    }
  }
}

/** Writes atomically, since another synthesis may run at the same time. */
function write(path: string, contents: Uint8Array): void {
  try {
    if (readFileSync(path).equals(contents)) {
      return;
    }
  } catch {
    mkdirSync(dirname(path), { recursive: true });
  }
  const unfinished = join(OUT, `${basename(path)}.${process.pid}`);
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path);
}
