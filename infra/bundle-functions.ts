// Bundles the functions' entries, each into a folder of its own that is deployed as it is.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { build, type Metafile, type OutputFile, type Plugin } from 'esbuild';

const ROOT = dirname(import.meta.dirname);
const OUT = join(ROOT, 'build');

/** Parts of the SDK that a function with the credentials and the region of Lambda never runs. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': 'credential-provider-node.ts',
  '@aws-sdk/middleware-endpoint-discovery': 'middleware-endpoint-discovery.ts',
  '@smithy/core/event-streams': 'event-streams.ts',
};

/** @returns the folder to deploy for each entry. */
export async function bundleFunctions(entries: readonly string[]): Promise<Map<string, string>> {
  return new Map(
    await Promise.all(entries.map(async (entry) => [entry, await bundleFunction(entry)] as const)),
  );
}

/**
 * CommonJS and the ES modules of the packages start fastest: `import` of Node's own modules costs more than `require`.
 * @param entry a file in `functions/`
 * @returns the folder to deploy, with `index.cjs`; source maps and metafiles go beside it, and stay behind.
 */
async function bundleFunction(entry: string): Promise<string> {
  const name = basename(entry, '.ts');
  const folder = join(OUT, 'functions', name);
  const deployed = await bundle(join(ROOT, 'functions', entry), join(folder, 'index.cjs'), name);
  removeAllBut(deployed, folder);
  return folder;
}

/** @returns the files to deploy. */
async function bundle(source: string, outfile: string, name: string): Promise<string[]> {
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
    alias: substitutes(),
    plugins: [loadLater(later)],
    sourcemap: 'external',
    legalComments: 'external',
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  keep(outputFiles, metafile, name);
  const parts = later.map((part) =>
    bundle(part, join(dirname(outfile), laterFile(part)), `${name}.${basename(part, '.ts')}`),
  );
  return [outfile, ...(await Promise.all(parts)).flat()];
}

function substitutes(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SUBSTITUTES).map(([part, file]) => [part, join(ROOT, 'infra', 'sdk-substitutes', file)]),
  );
}

/** What a function imports dynamically becomes a file beside `index.cjs`, read only when it is needed. */
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

function laterFile(source: string): string {
  return `${basename(source, '.ts')}.cjs`;
}

function keep(files: readonly OutputFile[], metafile: Metafile, name: string): void {
  for (const { path, contents } of files) {
    const deployed = path.endsWith('.cjs');
    write(deployed ? path : join(OUT, 'debug', name, relative(dirname(path), path)), contents);
  }
  write(join(OUT, 'debug', name, 'meta.json'), Buffer.from(JSON.stringify(metafile)));
}

/** What an earlier version left behind would be deployed too, and be found by another name. */
function removeAllBut(deployed: readonly string[], folder: string): void {
  for (const file of readdirSync(folder)) {
    if (!deployed.includes(join(folder, file))) {
      rmSync(join(folder, file), { recursive: true, force: true });
    }
  }
}

/** Never leaves half a file behind for another synthesis that runs at the same time. */
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
