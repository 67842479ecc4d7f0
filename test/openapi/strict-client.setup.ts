// Generates a strict client from the OpenAPI document with a generator that is not ours, for the suites that check answers.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from 'orval';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The generated module. */
    strictClient: string;
  }
}

const document = fileURLToPath(new URL('../../docs/openapi/openapi.json', import.meta.url));
/** Inside the project, so that what is generated finds its packages. */
const build = fileURLToPath(new URL('../../build', import.meta.url));

export default async function setup(project: TestProject): Promise<() => void> {
  mkdirSync(build, { recursive: true });
  const folder = mkdtempSync(join(build, 'strict-client-'));
  const target = join(folder, 'client.ts');
  await generate(
    {
      input: { target: document },
      output: {
        target,
        client: 'zod',
        override: {
          zod: {
            // A schema for each status, which accepts no field that the document doesn't name.
            generateEachHttpStatus: true,
            strict: { response: true },
            generate: { response: true, param: false, query: false, header: false, body: false },
          },
        },
      },
    },
    undefined,
    { logLevel: 'warn' },
  );
  project.provide('strictClient', target);
  return () => rmSync(folder, { recursive: true, force: true });
}
