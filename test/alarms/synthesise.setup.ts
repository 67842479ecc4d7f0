// Synthesises the stack once, and provides where it lies.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Synthesised, synthesise } from '../../local/synthesise.ts';

declare module 'vitest' {
  interface ProvidedContext {
    watched: Synthesised;
  }
}

/** What is remembered would hide the database's faults; consumers of the stream and preflights have alarms of their own. */
const CONFIG = {
  apiKeys: { rememberSeconds: 0 },
  personas: { rememberSeconds: 0 },
  cors: { allowOrigins: ['https://app.example.com'] },
  sessionsByUser: true,
  usage: true,
  events: { busName: 'moonborn-events' },
};

export default async function setUp(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-alarms-'));
  project.provide('watched', await synthesise({ folder, config: CONFIG }));
  return () => rmSync(folder, { recursive: true, force: true });
}
