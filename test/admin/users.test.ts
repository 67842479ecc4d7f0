// What operators export and erase of one user, and that nobody else's data is in it.
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createPersona } from '../../admin/create-persona.ts';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import { eraseUser, UnfinishedErase } from '../../admin/user/erase-user.ts';
import type { Tables } from '../../admin/user/user.ts';
import { hashApiKey } from '../../functions/access/api-key.ts';
import type { Table } from '../../functions/dynamodb/table.ts';
import { deleteSession } from '../../functions/sessions/delete.ts';
import { recordTurn } from '../../functions/sessions/turn.ts';
import { returnStoredItemOnConditionFailure } from '../../local/database/stored-item-on-failure.ts';
import { type Database, startDatabase } from './database.ts';
import { localStackFolder, runAdmin } from './run-admin.ts';
import { addressOf, type Start, start, startedId } from './started.ts';

const UUID_V7 = () => {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000001`;
};

/** The same user id in two workspaces of an org, in another org, and another user beside it. */
const ADA = { orgId: 'org_a', workspaceId: 'ws_1', userId: 'usr_ada', personaId: 'psn_1' };
const ADA_ELSEWHERE = { ...ADA, workspaceId: 'ws_2' };
const BOB = { ...ADA, userId: 'usr_bob' };
const NAMESAKE = { ...ADA, orgId: 'org_b' };
/** Begins with the other's id, and holds what a filter could stumble over. */
const LONGER = { ...ADA, userId: 'usr_ada "#x' };

// A retried start with a key of its own needs the intent that stands in its way.
returnStoredItemOnConditionFailure();

let database: Database;
let folder: string;
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await database.close();
});

async function seed(indexed: boolean): Promise<{ readonly secretKey: string }> {
  database = await startDatabase({ indexed });
  folder = localStackFolder(database);
  const { table } = database;
  for (const orgId of ['org_a', 'org_b']) {
    await createPersona(table, { orgId, personaId: 'psn_1', name: 'Luna' });
  }
  const users: Start[] = [ADA, ADA_ELSEWHERE, BOB, NAMESAKE, LONGER];
  for (const user of users) {
    await startedId(table, { ...user, indexed, title: `of ${user.userId}` });
  }
  const used = await startedId(table, { ...ADA, indexed, key: UUID_V7() });
  const turn = { turn: 1, messages: 2, inputTokens: 3, outputTokens: 4, costUsdMicros: 5 };
  const record = {
    address: addressOf(ADA, used),
    turn,
    requestId: 'r',
    nowMs: Date.now(),
    expiresAt: undefined,
  };
  await recordTurn(table, record);
  const deleted = await startedId(table, { ...ADA, indexed });
  await deleteSession(table, { address: addressOf(ADA, deleted), requestId: 'r', nowMs: Date.now() });
  const key = { scopes: ['*'], environment: 'test', name: 'Nightly run' } as const;
  const { secretKey } = await issueApiKey(table, { ...ADA, ...key });
  await issueApiKey(table, { ...BOB, ...key });
  await issueApiKey(table, { ...NAMESAKE, ...key });
  return { secretKey };
}

const admin = (...args: string[]) =>
  runAdmin([...args, '--local', '--org', 'org_a', '--user', 'usr_ada'], { folder });
const lines = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
/** Of Ada in org_a, wherever it may stand. */
const tracesOfAda = async () =>
  (await database.allItems()).filter((item) => {
    const isOfOrg = String(item.pk).startsWith('ORG#org_a') || item.orgId === 'org_a';
    return isOfOrg && item.userId !== LONGER.userId && JSON.stringify(item).includes('usr_ada');
  });
const itemsOfOthers = async () =>
  (await database.allItems())
    .filter(({ pk, orgId, userId }) => {
      const isAdas = userId === 'usr_ada' && (String(pk).startsWith('ORG#org_a') || orgId === 'org_a');
      return userId !== undefined && !isAdas;
    })
    .sort((a, b) => (`${a.pk}${a.sk}` < `${b.pk}${b.sk}` ? -1 : 1));

describe('a table without the index', () => {
  let secretKey: string;
  beforeEach(async () => {
    ({ secretKey } = await seed(false));
  });

  it('gives a user everything that it holds of them, and no secret', async () => {
    const { status, stdout, stderr } = await admin('user', 'export', '--yes');
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(
        /^The whole table is read: [\d,]+ items, .* read units, less than \$0\.01 .*\nExported 3 sessions and 1 API keys of usr_ada in org org_a\.\n$/,
      ),
    });
    const exported = lines(stdout);
    expect(exported.map(({ kind }) => kind).sort()).toEqual(['apiKey', 'session', 'session', 'session']);
    const [{ apiKey }] = exported.filter(({ kind }) => kind === 'apiKey');
    expect(apiKey).toMatchObject({ userId: 'usr_ada', name: 'Nightly run', status: 'active' });
    const [used] = exported.filter(({ session }) => session?.messageCount === 2);
    expect(used).toMatchObject({
      session: { userId: 'usr_ada', title: 'Chat with Luna', metadata: { about: 'usr_ada of org_a' } },
      item: { startRequestId: expect.any(String), turnFigures: '2/3/4/5' },
    });
    for (const secret of [secretKey, hashApiKey(secretKey), 'usr_bob', 'org_b', LONGER.userId]) {
      expect(stdout).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
  });

  it('is searched in one workspace where one is named', async () => {
    const { stdout } = await admin('user', 'export', '--yes', '--workspace', 'ws_2', '--json');
    expect(lines(stdout)).toMatchObject([{ kind: 'session', session: { workspaceId: 'ws_2' } }]);
  });

  it('loses nothing in a dry run, which is what an erase is without --yes', async () => {
    const before = await database.allItems();
    const refused = await admin('user', 'erase');
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^error: The whole table is read: .* Go on\? There is no terminal/);
    expect(refused.stderr).toContain('add --dry-run --yes to be told what would be removed');
    const dry = await admin('user', 'erase', '--dry-run', '--yes');
    expect(dry).toMatchObject({ status: 0, stderr: expect.stringContaining('Nothing was removed.') });
    expect(dry.stdout).toMatch(/^Would remove of usr_ada in org org_a:\nsessions +3\nAPI keys +1 key_/);
    expect(await database.allItems()).toEqual(before);
  });

  it('holds nothing of an erased user, and everything of the others', async () => {
    const others = await itemsOfOthers();
    expect(await tracesOfAda()).not.toEqual([]);
    const { status, stdout } = await admin('user', 'erase', '--yes', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: false,
      removed: { sessions: 3, apiKeys: [expect.stringMatching(/^key_/)] },
      remains: expect.arrayContaining([expect.stringContaining('Backups'), expect.stringContaining('Logs')]),
    });
    expect(await tracesOfAda()).toEqual([]);
    expect(JSON.stringify(await database.allItems())).not.toContain(hashApiKey(secretKey));
    expect(await itemsOfOthers()).toEqual(others);
    const again = await admin('user', 'erase', '--yes', '--json');
    expect(JSON.parse(again.stdout).removed).toEqual({ sessions: 0, apiKeys: [] });
  });

  it.each([
    ['a UUIDv7', UUID_V7()],
    ['any other key', 'order-4711'],
  ])('brings no erased session back when its start is sent again with %s', async (_, key) => {
    await startedId(database.table, { ...ADA, key });
    await admin('user', 'erase', '--yes');
    expect(await start(database.table, { ...ADA, key })).toEqual({ outcome: 'deleted' });
    expect(await tracesOfAda()).toEqual([]);
  });

  it('also loses sessions that have expired, which TTL removes only days later', async () => {
    const nowMs = Date.now() - 10 * 86_400_000;
    await startedId(database.table, { ...ADA, nowMs, expiresAt: Math.floor(nowMs / 1000) + 3 * 86_400 });
    await admin('user', 'erase', '--yes');
    expect(await tracesOfAda()).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4])(
    'is erased to the end by the same command after a crash after %i steps',
    async (steps) => {
      const others = await itemsOfOthers();
      const user = { orgId: 'org_a', userId: 'usr_ada' };
      const pace = { readUnitsPerSecond: 10_000 };
      const erasure = { dryRun: false, now: () => new Date() };
      const { table, client, tableName: name } = database;
      const whole = { name, table, client };
      const crashed = eraseUser(crashingAfter(steps, whole), user, 'scan', pace, erasure);
      await expect(crashed).rejects.toThrow(UnfinishedErase);
      await expect(crashed).rejects.toThrow(
        /\d sessions and \d API keys were removed so far.* the same command again/,
      );
      client.middlewareStack.remove('crash');
      expect(await tracesOfAda()).not.toEqual([]);
      await eraseUser(whole, user, 'scan', pace, erasure);
      expect(await tracesOfAda()).toEqual([]);
      expect(await itemsOfOthers()).toEqual(others);
    },
  );
});

/** Every further write fails. An erase of Ada is two deletes for her key and a put for each of her three sessions. */
function crashingAfter(steps: number, { table, client, name }: Tables): Tables {
  let left = steps;
  const step = () => {
    left -= 1;
    if (left < 0) {
      throw new Error('crashed');
    }
  };
  const put: Table['put'] = async (...write) => {
    step();
    return table.put(...write);
  };
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'DeleteItemCommand' || commandName === 'DeleteCommand') {
          step();
        }
        return next(args);
      },
    { step: 'initialize', name: 'crash' },
  );
  return { name, client, table: { ...table, put } };
}

describe('a table with the index of sessions by user', () => {
  beforeEach(() => seed(true));

  it('is asked by the index for a workspace, and loses the sessions of that workspace only', async () => {
    // As one that was started before the index was switched on.
    await startedId(database.table, { ...ADA, title: 'early' });
    const others = await itemsOfOthers();
    const exported = await admin('user', 'export', '--workspace', 'ws_1');
    expect(lines(exported.stdout).filter(({ kind }) => kind === 'session')).toHaveLength(2);
    expect(exported.stderr).toContain('add --scan to find them too');
    const erased = await admin('user', 'erase', '--workspace', 'ws_1', '--yes');
    expect(erased.stdout).toMatch(/^Removed of usr_ada in workspace ws_1 of org org_a:\nsessions +2\n/);
    expect((await tracesOfAda()).map(({ title }) => title).sort()).toEqual(['early', 'of usr_ada']);
    await admin('user', 'erase', '--workspace', 'ws_1', '--yes', '--scan');
    expect(await tracesOfAda()).toMatchObject([{ sk: expect.stringMatching(/^WS#ws_2#/) }]);
    expect(await itemsOfOthers()).toEqual(others);
  });
});

test('A user of whom the table knows nothing has an empty export', async () => {
  await seed(false);
  const { status, stdout, stderr } = await runAdmin(
    ['user', 'export', '--local', '--org', 'org_a', '--user', 'nobody', '--yes', '--json'],
    { folder },
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(lines(stderr)).toEqual([{ remark: expect.stringContaining('The whole table is read') }]);
});
