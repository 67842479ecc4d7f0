// Usage as operators read it: by day and operation, over all shards of the stream.
import { beforeAll, expect, it, test } from 'vitest';
import { addUsage } from '../../functions/usage/add-usage.ts';
import type { Usage } from '../../functions/usage/usage.ts';
import { startOperator } from './run-admin.ts';

const { database, admin } = await startOperator();
let sequence = 1_000;

const orgId = 'org_acme';

async function add(day: string, shardId: string, usages: Partial<Usage>[]): Promise<void> {
  const records = usages.map((usage) => {
    sequence += 1;
    return { usage, sequenceNumber: String(sequence) };
  });
  await addUsage(database.table, { orgId, day, shardId }, records);
}

beforeAll(async () => {
  await add('2026-11-02', 'shardId-1', [
    { startChatSession: 1 },
    { startChatSession: 1 },
    { recordChatTurn: 1, messages: 2, inputTokens: 120, outputTokens: 30, costUsdMicros: 1_000_450 },
    { endChatSession: 1 },
  ]);
  await add('2026-11-02', 'shardId-2', [
    { startChatSession: 1 },
    { recordChatTurn: 1, messages: 2, inputTokens: 80, outputTokens: 0, costUsdMicros: 50 },
  ]);
  await add('2026-11-30', 'shardId-1', [{ deleteChatSession: 1 }]);
  await add('2026-12-01', 'shardId-1', [{ startChatSession: 1 }]);
});

const usage = (...args: string[]) => admin('usage', '--local', '--org', orgId, ...args);

it('is a table of days, with a line for the month', async () => {
  expect(await usage('--month', '2026-11')).toEqual({
    status: 0,
    stdout: [
      'DAY (UTC)   STARTED  ENDED  DELETED  TURNS  MESSAGES  INPUT TOKENS  OUTPUT TOKENS  COST (USD)',
      '2026-11-02  3        1      0        2      4         200           30             1.000500',
      '2026-11-30  0        0      1        0      0         0             0              0.000000',
      'total       3        1      1        2      4         200           30             1.000500',
      '',
    ].join('\n'),
    stderr: '',
  });
});

it('is CSV with a line for each org, day and measure', async () => {
  expect((await usage('--month', '2026-11', '--csv')).stdout).toBe(
    [
      'org,day,measure,count',
      'org_acme,2026-11-02,startChatSession,3',
      'org_acme,2026-11-02,endChatSession,1',
      'org_acme,2026-11-02,deleteChatSession,0',
      'org_acme,2026-11-02,recordChatTurn,2',
      'org_acme,2026-11-02,messages,4',
      'org_acme,2026-11-02,inputTokens,200',
      'org_acme,2026-11-02,outputTokens,30',
      'org_acme,2026-11-02,costUsdMicros,1000500',
      'org_acme,2026-11-30,startChatSession,0',
      'org_acme,2026-11-30,endChatSession,0',
      'org_acme,2026-11-30,deleteChatSession,1',
      'org_acme,2026-11-30,recordChatTurn,0',
      'org_acme,2026-11-30,messages,0',
      'org_acme,2026-11-30,inputTokens,0',
      'org_acme,2026-11-30,outputTokens,0',
      'org_acme,2026-11-30,costUsdMicros,0',
      '',
    ].join('\n'),
  );
});

it('is JSON for programs', async () => {
  const counts = {
    startChatSession: 1,
    endChatSession: 0,
    deleteChatSession: 0,
    recordChatTurn: 0,
    messages: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsdMicros: 0,
  };
  expect(JSON.parse((await usage('--month', '2026-12', '--json')).stdout)).toEqual({
    orgId,
    month: '2026-12',
    days: [{ day: '2026-12-01', ...counts }],
    total: counts,
  });
});

it('of a month in which nothing was counted says what that may mean', async () => {
  const { status, stdout, stderr } = await usage('--month', '2027-01');
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toContain('"usage": true');
});

it('has a header in CSV even when nothing was counted', async () => {
  expect((await usage('--month', '2027-01', '--csv')).stdout).toBe('org,day,measure,count\n');
});

test.each(['2026', '2026-13', '2026-1', '2026-11-01', 'last'])('%s is not a month', async (month) => {
  const { status, stderr } = await usage('--month', month);
  expect(status).toBe(2);
  expect(stderr).toContain('It must be a year and a month, as in 2026-11.');
});
