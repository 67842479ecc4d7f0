// Builds dist/ when the folder is installed, also from a clone in which nothing else is: the two tools of the build are then
// fetched for it alone, in the versions of package.json.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const tools = ['esbuild', 'typescript'];

const build = isInstalled() ? ['run', 'build'] : fetched();
execFileSync('npm', build, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });

function isInstalled() {
  const { resolve } = createRequire(import.meta.url);
  try {
    return tools.every((tool) => resolve(tool));
  } catch {
    return false;
  }
}

function fetched() {
  const packages = tools.map((tool) => `--package=${tool}@${devDependencies[tool]}`);
  return ['exec', '--yes', '--workspaces=false', ...packages, '--', 'node', 'scripts/build.mjs'];
}
