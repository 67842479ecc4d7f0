// The rehearsal of a restore, as far as an engine here goes: a new table from the old one, and the service on it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { DeleteCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo } from '../../local/seed.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { findMoto, type Moto, startMoto } from '../engines/moto.ts';
import { runAdmin } from './run-admin.ts';

interface Answer {
  readonly session?: { readonly sessionId: string };
}

const folder = mkdtempSync(join(tmpdir(), 'moonborn-restore-'));
const running: LocalStack[] = [];
const program = findMoto();
let moto: Moto;

beforeAll(async () => {
  if (program !== undefined) {
    moto = await startMoto(program);
  }
});
afterAll(async () => {
  for (const stack of running) {
    await stack.close();
  }
  await moto?.close();
  rmSync(folder, { recursive: true });
});

async function start(name: string, config: Record<string, unknown> = {}): Promise<LocalStack> {
  const stack = await startLocalStack({
    port: 0,
    folder: join(folder, name),
    databaseEndpoint: moto.endpoint,
    config: { ...config, apiKeys: { rememberSeconds: 0 } },
  });
  running.push(stack);
  return stack;
}

function admin(...words: string[]) {
  const env = {
    AWS_ENDPOINT_URL_DYNAMODB: moto.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  return runAdmin(words, { folder, env });
}

describe.skipIf(program === undefined)('a table that lost what it held', () => {
  it('is restored into a new one with the settings of the old, and the service answers from it', async () => {
    const stack = await start('before');
    const { personaId, apiKey } = await seedDemo(stack);
    const { client, name: source } = stack.table;
    const call = async ({ baseUrl }: LocalStack, method: string, path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers,
        body: JSON.stringify(body) ?? null,
      });
      return { status: response.status, body: (await response.json()) as Answer };
    };
    const sessions = `/v1/personas/${personaId}/chat/sessions`;
    const started = await call(stack, 'POST', sessions, { personaId, title: 'Before the accident' });
    expect(started.status).toBe(201);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: source }));
    await client.send(
      new TagResourceCommand({ ResourceArn: Table?.TableArn, Tags: [{ Key: 'stage', Value: 'prod' }] }),
    );

    const target = `${source}-restored`;
    const restored = await admin('table', 'restore', '--table', source, '--to', target);
    expect(restored).toMatchObject({ status: 0, stderr: expect.stringContaining(`${target} has a stream`) });

    for await (const { Items = [] } of paginateScan({ client }, { TableName: source })) {
      for (const { pk, sk } of Items) {
        await client.send(new DeleteCommand({ TableName: source, Key: { pk, sk } }));
      }
    }
    expect((await call(stack, 'POST', sessions, { personaId })).status).toBe(401);

    const streamArn = restored.stdout.trim();
    const after = await start('after', { restoredTable: streamArn });
    const { sessionId } = started.body.session ?? {};
    expect(await call(after, 'GET', `/v1/chat/sessions/${sessionId}`)).toEqual({
      status: 200,
      body: started.body.session,
    });
    expect((await call(after, 'POST', sessions, { personaId })).status).toBe(201);

    const { Table: now } = await client.send(new DescribeTableCommand({ TableName: target }));
    expect(now).toMatchObject({
      LatestStreamArn: streamArn,
      DeletionProtectionEnabled: true,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: target }));
    expect(ttl.TimeToLiveDescription).toMatchObject({
      AttributeName: 'expiresAt',
      TimeToLiveStatus: 'ENABLED',
    });
    const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName: target }));
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: 'ENABLED',
    });
    const tags = await client.send(new ListTagsOfResourceCommand({ ResourceArn: now?.TableArn }));
    expect(tags.Tags).toEqual([{ Key: 'stage', Value: 'prod' }]);

    const again = await admin('table', 'restore', '--table', source, '--to', target);
    expect(again).toMatchObject({
      status: 0,
      stdout: restored.stdout,
      stderr: expect.stringContaining('is there already'),
    });
    expect(await admin('table', 'prepare', '--table', target)).toMatchObject({
      status: 0,
      stdout: restored.stdout,
    });
  });

  it('that is not there is said so, and nothing is made', async () => {
    const { status, stderr } = await admin('table', 'restore', '--table', 'missing', '--to', 'target');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('There is no table "missing"'),
    });
    expect((await admin('table', 'prepare', '--table', 'target')).stderr).toContain(
      'There is no table "target"',
    );
  });
});

it.each([
  [['--at', 'yesterday', '--to', 'restored'], 'such as 2026-11-28T09:30:00Z'],
  [['--at', '2026-11-28T09:30:00', '--to', 'restored'], 'a time with its zone'],
  [['--to', 'a/b'], 'A table’s name is'],
  [[], "required option '--to <name>' not specified"],
])('%j is called the wrong way', async (words, problem) => {
  const { status, stderr } = await runAdmin(['table', 'restore', '--table', 'x', ...words], { folder });
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(problem) });
});
