// Synthesises `prod`, whose roles are compared with those of the stack that ran the API's suite.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesise } from '../../local/synthesise.ts';
import { CONFIG } from './record.setup.ts';

declare module 'vitest' {
  interface ProvidedContext {
    prodAssembly: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-privilege-prod-'));
  const { assemblyFolder } = await synthesise({ folder, stage: 'prod', config: CONFIG });
  project.provide('prodAssembly', assemblyFolder);
  return () => rmSync(folder, { recursive: true, force: true });
}
