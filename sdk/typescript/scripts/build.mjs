// Builds dist/: the ESM and the CommonJS bundle, and the types of both, by the esbuild and the tsc of the PATH. In JavaScript,
// so that Node 20 can run it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const dist = new URL('dist/', root);

rmSync(dist, { recursive: true, force: true });
bundle('esm', 'js');
// The class itself, with all that the package exports as its properties, `default` included.
bundle('cjs', 'cjs', '--footer:js=module.exports = Object.assign(module.exports.default, module.exports);');
const types = emitTypes();
copyTypes('index', new Set());
writeFileSync(new URL('index.d.cts', dist), typesOfCommonJs(readFileSync(join(types, 'index.d.ts'), 'utf8')));
rmSync(types, { recursive: true });

function bundle(format, extension, ...more) {
  // src/ is in the package, so the maps need not hold it.
  const options = [
    '--bundle',
    '--platform=neutral',
    '--target=es2022',
    '--sourcemap',
    '--sources-content=false',
  ];
  const output = [`--format=${format}`, `--outfile=dist/index.${extension}`, '--log-level=warning'];
  run('esbuild', ['src/index.ts', ...options, ...output, ...more]);
}

function emitTypes() {
  const outDir = mkdtempSync(join(tmpdir(), 'moonborn-types-'));
  run('tsc', ['-p', 'tsconfig.types.json', '--outDir', outDir]);
  return outDir;
}

function run(tool, options) {
  const isWindows = process.platform === 'win32';
  const quoted = isWindows ? options.map((option) => JSON.stringify(option)) : options;
  execFileSync(tool, quoted, { cwd: fileURLToPath(root), stdio: 'inherit', shell: isWindows });
}

// Only what `name` reaches, and twice: to TypeScript, a .d.ts of this package is ESM, so `require` needs .d.cts.
function copyTypes(name, done) {
  if (done.has(name)) return;
  done.add(name);
  const text = readFileSync(join(types, `${name}.d.ts`), 'utf8');
  const map = JSON.parse(readFileSync(join(types, `${name}.d.ts.map`), 'utf8'));
  const imports = /(?<=from '\.\/)([\w-]+)\.ts(?=')/g;
  for (const kind of name === 'index' ? ['ts'] : ['ts', 'cts']) {
    const file = `${name}.d.${kind}`;
    const js = kind === 'ts' ? 'js' : 'cjs';
    const pointing = text.replace(/^\/\/# sourceMappingURL=.*$/m, `//# sourceMappingURL=${file}.map`);
    writeFileSync(new URL(file, dist), pointing.replaceAll(imports, `$1.${js}`));
    const ownMap = { ...map, file, sourceRoot: '', sources: [`../src/${name}.ts`] };
    writeFileSync(new URL(`${file}.map`, dist), JSON.stringify(ownMap));
  }
  for (const [, imported] of text.matchAll(imports)) copyTypes(imported, done);
}

/** `export =` a class whose namespace has all that the package exports, as `module.exports` is. */
function typesOfCommonJs(index) {
  const fromFiles = [...index.matchAll(/^export (type )?\{([^}]*)\} from '\.\/([\w-]+)\.ts';$/gm)];
  const imports = fromFiles.map(
    ([, type = '', names, file]) => `import ${type}{ ${listed(names)} } from './${file}.cjs';`,
  );
  const names = fromFiles.map(([, , names]) => listed(names)).join(', ');
  return `import { Moonborn as Client, MoonbornCore } from './client.cjs';
${imports.join('\n')}
declare class Moonborn extends Client {}
declare namespace Moonborn {
  export { Client as Moonborn, Client as default, MoonbornCore, ${names} };
}
export = Moonborn;
`;
}

function listed(names) {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .join(', ');
}
