// Measures what a call with an unknown API key consumes, on the local stack as it is synthesised for prod.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeasuredRefusal } from '../../../admin/cost/measured.ts';
import { startEmbeddedDatabase } from '../../../local/database/database.ts';
import { startLocalStack } from '../../../local/stack.ts';
import { synthesise } from '../../../local/synthesise.ts';
import { startDatabaseProxy } from '../../faults/database-proxy.ts';
import {
  cpuTimeOf,
  eventOf,
  functionOf,
  observeUnits,
  PERSONA_ID,
  refusedStart,
  START_BODY,
  START_ROUTE,
  type Units,
  unitsOf,
  writtenBy,
} from './measure.ts';

export async function measureRefusal(): Promise<MeasuredRefusal> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-cost-refused-'));
  const engine = await startEmbeddedDatabase();
  const database = await startDatabaseProxy({ upstream: engine.endpoint, seed: 1, countCapacity: true });
  const synthesised = await synthesise({ folder, stage: 'prod' });
  const stack = await startLocalStack({ port: 0, folder, synthesised, databaseEndpoint: database.url });
  // No form that could be refused without a look-up.
  const unknownKey = () => `pk_${randomBytes(32).toString('hex')}`;
  try {
    const units = new Map<string, Units>();
    observeUnits(database, units);
    await refusedStart(stack, unknownKey());
    const consumed = {
      authorizer: unitsOf('Authorizer', units),
      endpoint: unitsOf('StartChatSession', units),
    };
    const written = await writtenBy(stack, () => refusedStart(stack, unknownKey()));
    const cpuMs = (name: string, event: unknown, env?: Record<string, string>) =>
      cpuTimeOf(functionOf(name, stack), engine.endpoint, event, { ...env, EXPECTS_REFUSAL: 'true' });
    const credentials = {
      headers: { authorization: `Bearer ${unknownKey()}%CALL%` },
      requestContext: { requestId: 'request-1' },
    };
    const refused = { authn: 'invalid' };
    return {
      on: new Date().toISOString().slice(0, 10),
      authorizer: {
        ...consumed.authorizer,
        cpuMs: await cpuMs('Authorizer', credentials, { API_KEY_REMEMBER_SECONDS: '0' }),
      },
      endpoint: {
        ...consumed.endpoint,
        cpuMs: await cpuMs('StartChatSession', eventOf('POST', START_ROUTE, PERSONA_ID, START_BODY, refused)),
      },
      ...written,
    };
  } finally {
    await stack.close();
    await database.close();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
