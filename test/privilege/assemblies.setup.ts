// Synthesises `prod`, whose roles are compared with those of the stack that ran the API's suite; and with consumers of the
// stream, without and with a customer's key.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesise } from '../../local/synthesise.ts';
import { CONFIG } from './record.setup.ts';
import { PLACE } from './roles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    assemblies: Readonly<Record<'prod' | 'complete' | 'keyed', string>>;
    customerKey: string;
  }
}

const COMPLETE = {
  ...CONFIG,
  cors: { allowOrigins: ['https://app.example.com'] },
  usage: true,
  events: { busName: 'moonborn-events' },
};
const KEY = `arn:aws:kms:${PLACE.region}:${PLACE.accountId}:key/01234567-89ab-cdef-0123-456789abcdef`;
const ENV = { account: PLACE.accountId, region: PLACE.region };

export default async function setUp(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-privilege-prod-'));
  const assemblyOf = async (name: string, config: Record<string, unknown>) =>
    (await synthesise({ folder: join(folder, name), stage: 'prod', config })).assemblyFolder;
  const [prod, complete, keyed] = await Promise.all([
    assemblyOf('prod', CONFIG),
    assemblyOf('complete', COMPLETE),
    assemblyOf('keyed', { ...COMPLETE, env: ENV, encryption: KEY }),
  ]);
  project.provide('assemblies', { prod, complete, keyed });
  project.provide('customerKey', KEY);
  return () => rmSync(folder, { recursive: true, force: true });
}
