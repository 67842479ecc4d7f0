// The local stack on a database that writes down who calls it and for what, and the roles that were synthesised.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedDatabase } from '../../local/database/database.ts';
import { synthesise } from '../../local/synthesise.ts';
import { provideStack } from '../engines/stack-under-test.ts';
import { type Received, startFaultyProxy } from '../faults/faulty-proxy.ts';
import { PLACE } from './roles.ts';
import type { SeenCall } from './seen-calls.ts';

declare module 'vitest' {
  interface ProvidedContext {
    privilege: {
      /** A file with a line for each kind of call, from the moment that it was first seen. */
      readonly seenCalls: string;
      /** The assembly of each stage, and of `prod` with consumers of the stream, without and with a customer's key. */
      readonly assemblies: Readonly<Record<'dev' | 'prod' | 'complete' | 'keyed', string>>;
      readonly key: string;
    };
  }
}

/** With all that gives an operation another right. */
const CONFIG = { sessionsByUser: true };
const COMPLETE = {
  ...CONFIG,
  cors: { allowOrigins: ['https://app.example.com'] },
  usage: true,
  events: { busName: 'moonborn-events' },
};
const KEY = `arn:aws:kms:${PLACE.region}:${PLACE.accountId}:key/01234567-89ab-cdef-0123-456789abcdef`;

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
  const stop = await provideStack(project, { databaseEndpoint: database.url, config: CONFIG });
  const assemblyOf = async (name: string, stage: string, config: Record<string, unknown>) =>
    (await synthesise({ folder: join(folder, name), stage, config })).assemblyFolder;
  const [dev, prod, complete, keyed] = await Promise.all([
    assemblyOf('dev', 'dev', CONFIG),
    assemblyOf('prod', 'prod', CONFIG),
    assemblyOf('complete', 'prod', COMPLETE),
    assemblyOf('keyed', 'prod', {
      ...COMPLETE,
      env: { account: PLACE.accountId, region: PLACE.region },
      encryption: KEY,
    }),
  ]);
  project.provide('privilege', {
    seenCalls,
    assemblies: { dev, prod, complete, keyed },
    key: KEY,
  });
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
