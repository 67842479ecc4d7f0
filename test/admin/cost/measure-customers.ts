// Measures what limits, usage and events consume, on the local stack with all three switched on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { MeasuredCustomers } from '../../../admin/cost/measured.ts';
import { createPersona } from '../../../admin/create-persona.ts';
import { issueApiKey } from '../../../admin/issue-api-key.ts';
import { startEmbeddedDatabase } from '../../../local/database/database.ts';
import { type LocalStack, startLocalStack } from '../../../local/stack.ts';
import { synthesise } from '../../../local/synthesise.ts';
import { startFakeEventBus } from '../../customers/fake-event-bus.ts';
import { operatorTable } from '../../engines/operator-table.ts';
import { consumedBy, startDatabaseProxy } from '../../faults/database-proxy.ts';
import { cpuTimeOf, functionOf, ORG, PERSONA_ID, start } from './measure.ts';

const CONFIG = {
  limits: { plans: { free: { requestsPerMinute: 60 } }, defaultPlan: 'free' },
  usage: true,
  events: { busName: 'default' },
};

export async function measureCustomers(): Promise<MeasuredCustomers> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-cost-'));
  const engine = await startEmbeddedDatabase();
  const database = await startDatabaseProxy({ upstream: engine.endpoint, seed: 1, countCapacity: true });
  const bus = await startFakeEventBus();
  const stack = await startLocalStack({
    port: 0,
    folder,
    synthesised: await synthesise({ folder, stage: 'prod', config: CONFIG }),
    databaseEndpoint: database.url,
    eventBusEndpoint: bus.url,
    stream: { database: engine },
  });
  try {
    const table = operatorTable(stack);
    await createPersona(table, { orgId: ORG.orgId, personaId: PERSONA_ID, name: 'Luna' });
    const { secretKey } = await issueApiKey(table, { ...ORG, scopes: ['*'], environment: 'live' });
    await start(stack, secretKey);
    const counted = { readUnits: 0, writeUnits: 0, calls: 0 };
    const added = { readUnits: 0, writeUnits: 0, calls: 0 };
    database.observe(({ sortKey, caller }, answer) => {
      const sum = sortKey === 'REQUESTS' ? counted : caller.startsWith('LOCALCountUsage') ? added : undefined;
      if (sum !== undefined) {
        sum.writeUnits += consumedBy(answer) ?? 0;
        sum.calls += 1;
      }
    });
    await start(stack, secretKey);
    await stack.consumers?.deliver();

    const cpuMs = (name: string, event: unknown, env: Record<string, string> = {}) =>
      cpuTimeOf(functionOf(name, stack), engine.endpoint, event, env);
    const Records = [await recordOfStart(stack.table)];
    return {
      on: new Date().toISOString().slice(0, 10),
      limits: counted,
      countUsage: {
        ...added,
        cpuMs: await cpuMs('CountUsage', { Records, shardId: 'shardId-cpu', state: {} }),
      },
      publishSessionEvents: {
        readUnits: 0,
        writeUnits: 0,
        calls: 1,
        cpuMs: await cpuMs('PublishSessionEvents', { Records }, { AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url }),
      },
    };
  } finally {
    await stack.close();
    await bus.close();
    await database.close();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function recordOfStart({ name, client }: LocalStack['table']) {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  const item = Items.find(({ sk }) => String(sk).includes('SESSION#')) ?? {};
  return {
    eventID: 'event-1',
    eventName: 'INSERT',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1_000),
      Keys: marshall({ pk: item.pk, sk: item.sk }),
      NewImage: marshall(item),
      SequenceNumber: '4200000000000000000001',
    },
  };
}
