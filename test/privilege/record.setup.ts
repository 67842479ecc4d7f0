// The local stack for the API's suite, on its embedded database behind a proxy that writes down who calls it and for what.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedDatabase } from '../../local/database/database.ts';
import { provideStack } from '../engines/stack-under-test.ts';
import { type Received, startFaultyProxy } from '../faults/faulty-proxy.ts';
import type { SeenCall } from './seen-calls.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the API's suite has made the functions do; absent when it is not part of the run. */
    recorded?: {
      /** A file with a line for each kind of call, from the moment that it was first seen. */
      readonly seenCalls: string;
      readonly tableName: string;
      /** What was run: `dev`. */
      readonly assembly: string;
    };
  }
}

// `vitest --changed` runs the API's suite with what is compared after it.
import.meta.glob(['./*.ts']);

/** With all that gives an operation another right. */
export const CONFIG = { sessionsByUser: true };

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-privilege-'));
  const seenCalls = join(folder, 'seen-calls.jsonl');
  writeFileSync(seenCalls, '');
  const engine = await startEmbeddedDatabase();
  const database = await startFaultyProxy<SeenCall>(
    {
      upstream: engine.endpoint,
      describe: writingDownEachOnce(seenCalls),
      refuse: () => ({ status: 500, rawHeaders: [], body: Buffer.alloc(0) }),
    },
    { seed: 1 },
  );
  const { stop, synthesised } = await provideStack(project, {
    databaseEndpoint: database.url,
    config: CONFIG,
  });
  const { tableName } = project.getProvidedContext().stack;
  // To every project, for the one that compares.
  project.vitest.provide('recorded', { seenCalls, tableName, assembly: synthesised.assemblyFolder });
  return async () => {
    await stop();
    await database.close();
    await engine.close();
    rmSync(folder, { recursive: true });
  };
}

function writingDownEachOnce(file: string): (received: Received) => SeenCall {
  const known = new Set<string>();
  return (received) => {
    const call = seenCall(received);
    const line = JSON.stringify(call);
    if (!known.has(line)) {
      known.add(line);
      appendFileSync(file, `${line}\n`);
    }
    return call;
  };
}

/** The access key id names the caller, the header the action, and the body what it is about. */
function seenCall({ headers, body }: Received): SeenCall {
  const { TableName, IndexName } = JSON.parse(body.toString('utf8'));
  return {
    caller: /Credential=([^/]+)\//.exec(String(headers.authorization))?.[1] ?? '',
    action: `dynamodb:${String(headers['x-amz-target']).replace(/^.*\./, '')}`,
    resource: IndexName === undefined ? `table/${TableName}` : `table/${TableName}/index/${IndexName}`,
  };
}
