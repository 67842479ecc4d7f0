// The erase of one user of 500, on a table of 50,000 sessions: nothing of them is left, and everything of the others.
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { createPersona } from '../../admin/create-persona.ts';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import type { Item } from '../../functions/dynamodb/table.ts';
import { userPartition } from '../../functions/sessions/session-item.ts';
import { MemoryTable } from '../memory-table.ts';
import { type Database, startDatabase } from './database.ts';
import { localStackFolder, runAdmin } from './run-admin.ts';
import { type Start, startedId } from './started.ts';

const USERS = 500;
const SESSIONS = 50_000;
const ORGS = ['org_one', 'org_two'];
const PERSONAS = ['psn_1', 'psn_2', 'psn_3', 'psn_4', 'psn_5'];
const WORKSPACES = ['ws_1', 'ws_2', 'ws_3'];
const ERASED = { orgId: 'org_one', userId: 'usr_0042_erased' };
const BATCH_ITEMS = 25;
const LANES = 8;

/** Every user has sessions of all personas and workspaces; the erased one's id is also a user of the other org. */
async function seed(database: Database): Promise<void> {
  const memory = new MemoryTable();
  for (const orgId of ORGS) {
    for (const personaId of PERSONAS) {
      await createPersona(memory, { orgId, personaId, name: 'Luna' });
    }
  }
  for (let n = 0; n < SESSIONS; n += 1) {
    await startedId(memory, nth(n));
  }
  for (let n = 0; n < USERS; n += 50) {
    await issueApiKey(memory, { ...nth(n), scopes: ['*'], environment: 'test' });
  }
  await issueApiKey(memory, { ...ERASED, workspaceId: 'ws_1', scopes: ['*'], environment: 'test' });
  await write(database, memory.items());
}

function nth(n: number): Start {
  const user = n % USERS;
  const of = (names: readonly string[], by: number) => names[Math.floor(n / by) % names.length] ?? '';
  const userId = user === 42 || user === 43 ? ERASED.userId : `usr_${String(user).padStart(4, '0')}`;
  return {
    orgId: ORGS[user % ORGS.length] ?? '',
    workspaceId: of(WORKSPACES, USERS),
    personaId: of(PERSONAS, USERS * WORKSPACES.length),
    userId,
    title: `Session ${n} of ${userId}`,
    indexed: true,
  };
}

async function write({ client, tableName }: Database, items: readonly Item[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(items.length / BATCH_ITEMS) }, (_, i) =>
    items.slice(i * BATCH_ITEMS, (i + 1) * BATCH_ITEMS),
  );
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
        const requests = batch.map((Item) => ({ PutRequest: { Item } }));
        await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }));
      }
    }),
  );
}

function isOfErased({ pk, orgId, userId }: Record<string, unknown>): boolean {
  return (
    userId === ERASED.userId && (String(pk).startsWith(`ORG#${ERASED.orgId}#`) || orgId === ERASED.orgId)
  );
}

function digest(items: readonly Record<string, unknown>[]): string {
  const texts = items.map((item) => JSON.stringify(Object.entries(item).sort()));
  return createHash('sha256').update(texts.sort().join('\n')).digest('hex');
}

it('leaves nothing of the user, and everything of the others', { timeout: 900_000 }, async () => {
  const database = await startDatabase();
  const folder = localStackFolder(database);
  await seed(database);
  const before = await database.allItems();
  const others = before.filter((item) => !isOfErased(item));
  const erasedSessions = before.filter((item) => isOfErased(item) && 'startedAt' in item);
  expect(before.length).toBeGreaterThan(SESSIONS);
  expect(erasedSessions).toHaveLength(SESSIONS / USERS);

  const erase = [
    'user',
    'erase',
    '--local',
    '--org',
    ERASED.orgId,
    '--user',
    ERASED.userId,
    '--yes',
    '--json',
  ];
  const { status, stdout } = await runAdmin([...erase, '--read-units-per-second', '100000'], { folder });
  expect(status).toBe(0);
  expect(JSON.parse(stdout).removed).toEqual({ sessions: SESSIONS / USERS, apiKeys: [expect.any(String)] });

  const after = await database.allItems();
  const tombstones = after.filter(({ status }) => status === 'deleted');
  expect(digest(after.filter(({ status }) => status !== 'deleted'))).toBe(digest(others));
  expect(tombstones.map(({ pk, sk }) => `${pk} ${sk}`).sort()).toEqual(
    erasedSessions.map(({ pk, sk }) => `${pk} ${sk}`).sort(),
  );
  // The user of the same id in the other org is another one; whatever else there is holds not a byte of the erased.
  const bytes = JSON.stringify(after.filter(({ pk }) => !String(pk).startsWith('ORG#org_two#')));
  const traces = [
    ERASED.userId,
    ...WORKSPACES.map((workspaceId) => userPartition({ ...ERASED, workspaceId })),
    ...erasedSessions.map(({ startRequestId }) => String(startRequestId)),
  ];
  expect(traces.filter((trace) => bytes.includes(trace))).toEqual([]);
  rmSync(folder, { recursive: true });
  await database.close();
});
