// Writes openapi.json, or with --check says whether the committed one is still what would be written.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openApiDocument } from './document.ts';

const file = new URL('openapi.json', import.meta.url);
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const document = openApiDocument();

if (!values.check) {
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
} else if (JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))) !== JSON.stringify(document)) {
  console.error(
    'docs/openapi/openapi.json is not what the schemas and routes say now. ' +
      'Run "node docs/openapi/generate.ts", read the difference as a caller would, and commit it.',
  );
  process.exitCode = 1;
}
