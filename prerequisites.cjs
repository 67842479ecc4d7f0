// Every script loads this first. It ends in one line where Node can't run TypeScript, or packages are not installed; and it
// keeps compiled code, and types that were stripped, for the next run.
const { join } = require('node:path');
const { dependencies, devDependencies } = require('./package.json');

if (!process.features.typescript) {
  end(
    `Node.js 22.18 or newer is needed, and this is ${process.version.slice(1)} (${process.execPath}). ` +
      'Install it from https://nodejs.org/en/download. On Linux x64 with glibc the project brings its own: npm ci --include=optional',
  );
}

const { enableCompileCache, findPackageJSON } = require('node:module');
const missing = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !isInstalled(name));
if (missing.length > 0) {
  end(
    `Packages are not installed (${missing.length}, such as ${missing[0]}). ` +
      'Install them, the development dependencies too, which NODE_ENV=production leaves out: npm ci --include=dev',
  );
}

enableCompileCache(join(__dirname, 'build', 'compile-cache'));

function isInstalled(name) {
  try {
    return findPackageJSON(name, __filename) !== undefined;
  } catch {
    return false;
  }
}

function end(message) {
  console.error(message);
  process.exit(1);
}
