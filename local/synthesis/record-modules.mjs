// Preloaded into the CDK app: writes down which modules it has loaded, by `import` and by `require`.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const { LOADED_MODULES_FILE: file = '' } = process.env;
/** @type {Set<string>} */
const urls = new Set();

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    urls.add(resolved.url);
    return resolved;
  },
});
process.on('exit', () => {
  const files = [...urls].filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
  writeFileSync(file, JSON.stringify(files));
});
