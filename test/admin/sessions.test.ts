// Sessions as support shows, lists, ends, deletes and archives them.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createPersona } from '../../admin/create-persona.ts';
import { sessionKey } from '../../functions/sessions/session-item.ts';
import { type Database, startDatabase } from './database.ts';
import { localStackFolder, runAdmin } from './run-admin.ts';
import { addressOf, start, startedId } from './started.ts';

const ADA = { orgId: 'org_a', workspaceId: 'ws_1', userId: 'usr_ada', personaId: 'psn_1' };
const BOB = { ...ADA, userId: 'usr_bob' };

let database: Database;
let plain: Database;
let folder: string;
beforeAll(async () => {
  database = await startDatabase({ indexed: true });
  plain = await startDatabase();
  folder = localStackFolder(database, { expiry: { endedDays: 30 } });
  for (const personaId of ['psn_1', 'psn_list', 'psn_other']) {
    await createPersona(database.table, { orgId: 'org_a', personaId, name: 'Luna' });
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([database.close(), plain.close()]);
});

const session = (command: string, ...options: string[]) =>
  runAdmin(['session', command, '--local', '--org', 'org_a', '--workspace', 'ws_1', ...options], { folder });
const sessionJson = async (command: string, ...options: string[]) => {
  const { status, stdout, stderr } = await session(command, ...options, '--json');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return JSON.parse(stdout);
};
const itemOf = (id: string) => database.table.get(sessionKey(addressOf(ADA, id)));

describe('a session', () => {
  it('is shown as it is published, with the requests that changed it', async () => {
    const id = await startedId(database.table, { ...ADA, title: 'Hello' });
    const shown = await session('show', '--id', id);
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^status +active$/m);
    expect(shown.stdout).toMatch(/^title +Hello$/m);
    expect(await sessionJson('show', '--id', id)).toEqual({
      session: expect.objectContaining({ sessionId: id, userId: 'usr_ada', endedAt: '' }),
      requests: { startRequestId: (await itemOf(id))?.startRequestId },
    });
  });

  it('is ended once, and expires as the configuration says', async () => {
    const id = await startedId(database.table, ADA);
    expect((await session('end', '--id', id)).stdout).toBe(
      `Ended session ${id}; it is removed in 30 days.\n`,
    );
    const item = await itemOf(id);
    const days = (Number(item?.expiresAt) - Date.parse(String(item?.endedAt)) / 1000) / 86_400;
    expect(days).toBeCloseTo(30, 3);
    expect(await sessionJson('end', '--id', id)).toMatchObject({
      alreadyEnded: true,
      session: { status: 'ended', endedAt: item?.endedAt },
    });
    expect(await itemOf(id)).toEqual(item);
  });

  it('is archived and restored, and is not ended meanwhile', async () => {
    const id = await startedId(database.table, ADA);
    expect((await session('archive', '--id', id)).stdout).toBe(`Session ${id} is archived now.\n`);
    expect(await session('end', '--id', id)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('is archived. Nothing was changed; use "session restore" first.'),
    });
    expect(await sessionJson('restore', '--id', id)).toMatchObject({ session: { status: 'active' } });
  });

  it('is deleted as by its user: no retry starts it again, and no command finds it', async () => {
    const key = 'order-4711';
    const id = await startedId(database.table, { ...ADA, key });
    expect((await session('delete', '--id', id)).stdout).toBe(`Deleted session ${id}.\n`);
    expect(await itemOf(id)).toMatchObject({ status: 'deleted' });
    for (const command of ['show', 'end', 'delete', 'archive', 'restore']) {
      expect(await session(command, '--id', id), command).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringContaining('There is no such session in workspace ws_1 of org org_a'),
      });
    }
  });

  it('of another workspace is not found', async () => {
    const id = await startedId(database.table, { ...ADA, workspaceId: 'ws_2' });
    expect(await session('show', '--id', id)).toMatchObject({ status: 1 });
  });
});

describe('a list', () => {
  const titles = ({ sessions }: { sessions: { title: string }[] }) => sessions.map(({ title }) => title);
  beforeAll(async () => {
    const minutes = 60_000;
    const nowMs = Date.now();
    for (let n = 0; n < 130; n += 1) {
      await start(database.table, {
        ...(n % 2 === 0 ? ADA : { ...BOB, userId: 'usr_lister' }),
        personaId: 'psn_list',
        title: `${n}`,
        nowMs: nowMs - n * minutes,
        indexed: true,
      });
    }
    await start(database.table, {
      ...BOB,
      userId: 'usr_lister',
      personaId: 'psn_other',
      title: 'o',
      indexed: true,
    });
  });

  it('of a persona is newest first, over as many pages as it takes', async () => {
    const newest = await sessionJson('list', '--persona', 'psn_list');
    expect(newest.isMore).toBe(true);
    expect(titles(newest)).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`));
    const all = await sessionJson('list', '--persona', 'psn_list', '--limit', '1000');
    expect(titles(all)).toEqual(Array.from({ length: 130 }, (_, n) => `${n}`));
    expect(all.isMore).toBe(false);
    const table = await session('list', '--persona', 'psn_list', '--limit', '1');
    expect(table.stdout).toMatch(/^SESSION ID +STATUS +USER .*\nchs_\S+_psn_list +active +usr_ada .* 0\n$/);
    expect(table.stderr).toBe('There are more: raise --limit (1).\n');
  });

  it('of a user goes over all personas, or one', async () => {
    const all = await sessionJson('list', '--user', 'usr_lister', '--limit', '1000');
    expect(all.sessions).toHaveLength(66);
    expect(titles(await sessionJson('list', '--user', 'usr_lister', '--persona', 'psn_other'))).toEqual([
      'o',
    ]);
    expect(await session('list', '--user', 'usr_lister', '--status', 'ended')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'There are no such sessions.\n',
    });
  });

  it('of a user is refused where the table has no index, and of a persona that nobody sees', async () => {
    const place = localStackFolder(plain);
    const list = ['session', 'list', '--local', '--org', 'org_a', '--workspace', 'ws_1'];
    const refused = await runAdmin([...list, '--user', 'usr_ada'], { folder: place });
    rmSync(place, { recursive: true });
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('has no index of sessions by user'),
    });
    expect(await session('list', '--persona', 'psn_none')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Persona psn_none of org org_a does not exist, is archived'),
    });
  });
});

test("A customer's request id is answered by the queries that find it in the logs, without a table", async () => {
  const show = ['session', 'show', '--request-id', 'JKJaXmPLvHcESHA=', '--stage', 'prod'];
  const { status, stdout } = await runAdmin(show, { folder });
  expect(status).toBe(0);
  expect(stdout).toContain('Access log of MoonbornChatSessions-prod');
  const { queries, commands } = JSON.parse((await runAdmin([...show, '--json'], { folder })).stdout);
  for (const query of [queries.accessLog, queries.functions]) {
    expect(query).toContain('| filter requestId = "JKJaXmPLvHcESHA="');
  }
  expect(commands).toEqual([
    expect.stringContaining(
      "['/aws/vendedlogs/apigateway/MoonbornChatSessions-prod'], class: ['INFREQUENT_ACCESS']",
    ),
    expect.stringContaining("namePrefix: ['MoonbornChatSessions-prod-']"),
  ]);
});

describe('a call that is wrong', () => {
  it.each([
    [['show'], 'which session? Use --org, --workspace and --id, or --request-id alone.'],
    [['show', '--request-id', 'a"b'], 'It must be the value of an x-request-id header.'],
    [['show', '--request-id', 'a', '--org', 'o'], "cannot be used with option '--org <id>'"],
    [['end', '--org', 'o', '--workspace', 'w', '--id', 'chs_1'], 'It must be the id of a session'],
    [['list', '--org', 'o', '--workspace', 'w'], 'whose sessions? Use --persona <id>, --user <id> or both.'],
  ])('%j: exit status 2 and one line that says so', async (args, reason) => {
    const { status, stdout, stderr } = await runAdmin(['session', ...args, '--table', 't'], { folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .+\n$/);
    expect(stderr).toContain(reason);
  });
});
