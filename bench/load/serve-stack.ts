// A process that runs the local stack with the configuration of one stage, and with the demo data.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { seedDemo } from '../../local/seed.ts';
import { startLocalStack } from '../../local/stack.ts';
import { synthesise } from '../../local/synthesise.ts';
import { tellParent } from './tell-parent.ts';

const [, , stage = '', config = '{}'] = process.argv;
const threads: Worker[] = [];
process.on('worker', (thread) => threads.push(thread));
const folder = mkdtempSync(join(tmpdir(), 'moonborn-load-'));
const synthesised = await synthesise({ folder, stage, config: JSON.parse(config) });
const stack = await startLocalStack({ port: 0, folder, synthesised });
const { personaId, apiKey, sessionJwt } = await seedDemo(stack);
const ready = { baseUrl: stack.baseUrl, personaId, apiKey, sessionJwt };
const stop = async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
};
tellParent(ready, stop, threads);
