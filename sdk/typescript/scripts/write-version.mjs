// Takes the version of package.json over into src/version.ts: `npm version` runs it.
import { readFileSync, writeFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
writeFileSync(
  new URL('../src/version.ts', import.meta.url),
  `// The version of package.json, which \`npm version\` writes here.\nexport const version = '${version}';\n`,
);
