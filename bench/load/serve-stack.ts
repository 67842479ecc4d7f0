// A process with the local stack in it, seeded with the demo data.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedDemo } from '../../local/seed.ts';
import { startLocalStack } from '../../local/stack.ts';
import { tellParent } from './tell-parent.ts';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-load-'));
const stack = await startLocalStack({ port: 0, folder });
const { personaId, apiKey, sessionJwt } = await seedDemo(stack);
tellParent({ baseUrl: stack.baseUrl, personaId, apiKey, sessionJwt }, async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});
