// Builds dist/: the ESM and the CommonJS bundle, and the types of both.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url);
const dist = new URL('dist/', root);

rmSync(dist, { recursive: true, force: true });
await bundle('esm', 'js');
await bundle('cjs', 'cjs');
const types = emitTypes();
copyTypes('index', types, new Set());
rmSync(types, { recursive: true });

async function bundle(format: 'esm' | 'cjs', extension: string): Promise<void> {
  await build({
    absWorkingDir: fileURLToPath(root),
    entryPoints: ['src/index.ts'],
    outfile: `dist/index.${extension}`,
    bundle: true,
    format,
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    logLevel: 'warning',
  });
}

function emitTypes(): string {
  const outDir = mkdtempSync(join(tmpdir(), 'moonborn-types-'));
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const options = ['-p', 'tsconfig.types.json', '--outDir', outDir];
  execFileSync(process.execPath, [compiler, ...options], { cwd: root, stdio: 'inherit' });
  return outDir;
}

// Only what `name` reaches, and twice: to TypeScript, a .d.ts of this package is ESM, so `require` needs .d.cts.
function copyTypes(name: string, from: string, done: Set<string>): void {
  if (done.has(name)) return;
  done.add(name);
  const text = readFileSync(join(from, `${name}.d.ts`), 'utf8');
  const imports = /(?<=from '\.\/)([\w-]+)\.ts(?=')/g;
  writeFileSync(new URL(`${name}.d.ts`, dist), text.replaceAll(imports, '$1.js'));
  writeFileSync(new URL(`${name}.d.cts`, dist), text.replaceAll(imports, '$1.cjs'));
  for (const [, imported = ''] of text.matchAll(imports)) copyTypes(imported, from, done);
}
