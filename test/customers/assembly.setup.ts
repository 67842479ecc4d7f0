// Synthesises the stack once with all that there is for customers: limits, usage and events.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { EVENT_TYPES } from '../../functions/env.ts';
import { synthesise } from '../../local/synthesise.ts';
import '../faults/assembly.setup.ts';

/** Plans of many sizes, so that each test finds one that it can reach, or can't. */
const LIMITS = {
  plans: {
    three: { requestsPerMinute: 3 },
    thirty: { requestsPerMinute: 30 },
    'hundred-fifty': { requestsPerMinute: 150 },
    plenty: { requestsPerMinute: 100_000 },
  },
  defaultPlan: 'plenty',
};

const CONFIG = {
  apiKeys: { rememberSeconds: 5 },
  cors: { allowOrigins: ['https://app.example.com'] },
  limits: LIMITS,
  usage: true,
  events: { busName: 'moonborn-events', types: EVENT_TYPES },
};

export default async function setUp(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-customers-'));
  project.provide('synthesised', await synthesise({ folder, config: CONFIG }));
  return () => rmSync(folder, { recursive: true, force: true });
}
