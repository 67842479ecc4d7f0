// An operator's clock may be wrong: what decides where sessions go takes the database's time.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPersona } from '../../admin/create-persona.ts';
import { getPersona } from '../../functions/personas/persona.ts';
import { shardCount, shardCountForKey } from '../../functions/sessions/shards.ts';
import { type Database, startDatabase } from './database.ts';
import { runAdmin } from './run-admin.ts';

const SIX_MINUTES_MS = 6 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
const orgId = 'org_acme';

let database: Database;
let proxy: Server;
let folder: string;
/** The Date header of every answer; none when it is undefined. */
let date: string | undefined;
let personaId: string;
let personas = 0;

beforeAll(async () => {
  database = await startDatabase();
  folder = mkdtempSync(`${tmpdir()}/moonborn-admin-`);
  proxy = createServer((call, response) => {
    const forwarded = request(database.endpoint, { method: 'POST', headers: call.headers }, (answer) => {
      const { date: _, ...headers } = answer.headers;
      response.sendDate = false;
      response.writeHead(answer.statusCode ?? 500, { ...headers, ...(date && { date }) });
      answer.pipe(response);
    });
    call.pipe(forwarded);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterAll(async () => {
  proxy.close();
  rmSync(folder, { recursive: true });
  await database.close();
});

beforeEach(async () => {
  personas += 1;
  personaId = `psn_${personas}`;
  await createPersona(database.table, { orgId, personaId, name: 'Ada' });
});

const admin = (command: string, ...args: string[]) =>
  runAdmin(
    ['persona', command, '--table', database.tableName, '--org', orgId, '--id', personaId, '--json', ...args],
    {
      folder,
      env: {
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: database.region,
        AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      },
    },
  );

const shardChanges = async () => (await getPersona(database.table, orgId, personaId))?.shardChanges;

test('The change of shards by an operator whose clock is six minutes behind leaves keys a day ahead with their shard', async () => {
  const databaseMs = Math.floor((Date.now() + SIX_MINUTES_MS) / 1000) * 1000;
  date = new Date(databaseMs).toUTCString();
  expect(await admin('shards', '--count', '16')).toMatchObject({ status: 0 });
  const changes = (await shardChanges()) ?? [];
  expect(changes).toEqual([{ fromMs: databaseMs, count: 16 }]);
  expect(shardCount(changes, databaseMs)).toBe(16);
  expect(shardCountForKey(changes, databaseMs + DAY_MS)).toBe(1);
});

test('The same number of shards again changes nothing, though the change is ahead of the clock of the operator', async () => {
  date = new Date(Date.now() + SIX_MINUTES_MS).toUTCString();
  await admin('shards', '--count', '4');
  const again = await admin('shards', '--count', '4');
  expect(JSON.parse(again.stdout)).toEqual({ shards: 4, previousShards: 4, changed: false });
});

test.each([undefined, 'yesterday'])(
  'A database whose Date header is %j changes no number of shards, and the operator is told',
  async (header) => {
    date = header;
    const { status, stderr } = await admin('shards', '--count', '16');
    expect(status).toBe(1);
    expect(JSON.parse(stderr).error.message).toContain('The database does not say what time it is');
    expect(await shardChanges()).toBeUndefined();
  },
);
