// What an app's build keeps of the SDK, minified, and its gzipped size.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('..', import.meta.url));
const errors = `APIConnectionError, APIError, APITimeoutError, ConflictError, ForbiddenError, MalformedResponseError,
  MoonbornError, NotFoundError, RateLimitError, ServerError, UnauthorizedError, UsageError, ValidationError`;

/** Kept by a build, and the most that it may be, gzipped. */
export const builds = {
  Moonborn: { keeps: `Moonborn as default, Moonborn, ${errors}`, limitBytes: 5_500 },
  MoonbornCore: { keeps: `MoonbornCore, ${errors}`, limitBytes: 4_750 },
  'one class of errors': { keeps: 'NotFoundError', limitBytes: 500 },
};

export type BuildName = keyof typeof builds;

export async function measureBundle(name: BuildName) {
  const bundle = await bundleForBrowsers(name);
  return {
    minifiedBytes: Buffer.byteLength(bundle),
    gzippedBytes: gzipSync(bundle, { level: 9 }).length,
    limitBytes: builds[name].limitBytes,
  };
}

export async function bundleForBrowsers(name: BuildName = 'Moonborn'): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    stdin: {
      contents: `export { ${builds[name].keeps} } from './src/index.ts';`,
      resolveDir: folder,
      loader: 'ts',
    },
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
