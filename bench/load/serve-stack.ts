// A process with the local stack in it, seeded with the demo data; it tells its parent where it is and how to call it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedDemo } from '../../local/seed.ts';
import { startLocalStack } from '../../local/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-load-'));
const stack = await startLocalStack({ port: 0, folder });
const { personaId, apiKey, sessionJwt } = await seedDemo(stack);
process.send?.({ baseUrl: stack.baseUrl, personaId, apiKey, sessionJwt });
process.on('disconnect', async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
  process.exit();
});
