// Usage as operators read it: by day and operation, over all shards of the stream.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { addUsage } from '../../functions/usage/add-usage.ts';
import type { CountedOperation } from '../../functions/usage/usage.ts';
import { type Database, startDatabase } from './database.ts';
import { localStackFolder, runAdmin } from './run-admin.ts';

let database: Database;
let folder: string;
let sequence = 1_000;

const orgId = 'org_acme';

async function add(day: string, shardId: string, operations: CountedOperation[]): Promise<void> {
  const records = operations.map((operation) => {
    sequence += 1;
    return { operation, sequenceNumber: String(sequence) };
  });
  await addUsage(database.table, { orgId, day, shardId }, records);
}

beforeAll(async () => {
  database = await startDatabase();
  folder = localStackFolder(database);
  await add('2026-11-02', 'shardId-1', ['startChatSession', 'startChatSession', 'endChatSession']);
  await add('2026-11-02', 'shardId-2', ['startChatSession']);
  await add('2026-11-30', 'shardId-1', ['deleteChatSession']);
  await add('2026-12-01', 'shardId-1', ['startChatSession']);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.close();
});

const usage = (...args: string[]) => runAdmin(['usage', '--local', '--org', orgId, ...args], { folder });

it('is a table of days, with a line for the month', async () => {
  expect(await usage('--month', '2026-11')).toEqual({
    status: 0,
    stdout: [
      'DAY (UTC)   STARTED  ENDED  DELETED',
      '2026-11-02  3        1      0',
      '2026-11-30  0        0      1',
      'total       3        1      1',
      '',
    ].join('\n'),
    stderr: '',
  });
});

it('is CSV with a line for each org, day and operation', async () => {
  expect((await usage('--month', '2026-11', '--csv')).stdout).toBe(
    [
      'org,day,operation,count',
      'org_acme,2026-11-02,startChatSession,3',
      'org_acme,2026-11-02,endChatSession,1',
      'org_acme,2026-11-02,deleteChatSession,0',
      'org_acme,2026-11-30,startChatSession,0',
      'org_acme,2026-11-30,endChatSession,0',
      'org_acme,2026-11-30,deleteChatSession,1',
      '',
    ].join('\n'),
  );
});

it('is JSON for programs', async () => {
  expect(JSON.parse((await usage('--month', '2026-12', '--json')).stdout)).toEqual({
    orgId,
    month: '2026-12',
    days: [{ day: '2026-12-01', startChatSession: 1, endChatSession: 0, deleteChatSession: 0 }],
    total: { startChatSession: 1, endChatSession: 0, deleteChatSession: 0 },
  });
});

it('of a month in which nothing was counted says what that may mean', async () => {
  const { status, stdout, stderr } = await usage('--month', '2027-01');
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toContain('"usage": true');
});

it('has a header in CSV even when nothing was counted', async () => {
  expect((await usage('--month', '2027-01', '--csv')).stdout).toBe('org,day,operation,count\n');
});

test.each(['2026', '2026-13', '2026-1', '2026-11-01', 'last'])('%s is not a month', async (month) => {
  const { status, stderr } = await usage('--month', month);
  expect(status).toBe(2);
  expect(stderr).toContain('It must be a year and a month, as in 2026-11.');
});
