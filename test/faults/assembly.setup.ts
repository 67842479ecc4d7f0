// Synthesises the stack once for all test files.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Synthesised, synthesise } from '../../local/synthesise.ts';
import { FAULTY_STACK_CONFIG } from './faulty-stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    synthesised: Synthesised;
  }
}

export default async function setUp(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-faults-'));
  project.provide('synthesised', await synthesise({ folder, config: FAULTY_STACK_CONFIG }));
  return () => rmSync(folder, { recursive: true, force: true });
}
