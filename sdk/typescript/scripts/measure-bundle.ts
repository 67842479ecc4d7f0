// The minified ESM bundle and its gzipped size.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

export async function measureBundle() {
  const bundle = await bundleForBrowsers();
  return {
    minifiedBytes: Buffer.byteLength(bundle),
    gzippedBytes: gzipSync(bundle, { level: 9 }).length,
    limitBytes: 6_000,
  };
}

export async function bundleForBrowsers(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: ['src/index.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error('esbuild wrote no bundle');
  return bundle.text;
}
