// Issuing a key takes two writes: whatever happens between them, no key works that can't be listed and revoked.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { issueApiKey, type NewApiKey, UnfinishedIssue } from '../../admin/issue-api-key.ts';
import { listApiKeys } from '../../admin/list-api-keys.ts';
import { revokeApiKey } from '../../admin/revoke-api-key.ts';
import { type Database, startDatabase } from './database.ts';
import { beforePut, losingFirstAnswers } from './faults.ts';

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

let newKey: NewApiKey & { orgId: string };
let orgNumber = 0;
beforeEach(() => {
  orgNumber += 1;
  newKey = {
    orgId: `org_${orgNumber}`,
    workspaceId: 'ws_main',
    userId: 'usr_ci',
    scopes: ['*'],
    environment: 'live',
  };
});

function crash(): never {
  throw new Error('crashed');
}

async function workingKeys(): Promise<unknown[]> {
  return (await database.allItems()).filter(
    ({ sk, orgId, status }) => sk === 'APIKEY' && orgId === newKey.orgId && status === 'active',
  );
}

test('A crash before the first write leaves nothing', async () => {
  const crashing = beforePut(database.table, 1, crash);
  await expect(issueApiKey(crashing, newKey)).rejects.toThrow('crashed');
  expect(await listApiKeys(database.table, newKey.orgId)).toEqual([]);
  expect(await workingKeys()).toEqual([]);
});

test('A crash between the writes leaves a listed key that does not work', async () => {
  const crashing = beforePut(database.table, 2, crash);
  await expect(issueApiKey(crashing, newKey)).rejects.toThrow(UnfinishedIssue);
  expect(await listApiKeys(database.table, newKey.orgId)).toMatchObject([{ status: 'unfinished' }]);
  expect(await workingKeys()).toEqual([]);
});

test('An unfinished key can be revoked', async () => {
  const crashing = beforePut(database.table, 2, crash);
  await expect(issueApiKey(crashing, newKey)).rejects.toThrow('key revoke --org');
  const [unfinished] = await listApiKeys(database.table, newKey.orgId);
  await revokeApiKey(database.table, { orgId: newKey.orgId, keyId: unfinished?.keyId ?? '' });
  expect(await listApiKeys(database.table, newKey.orgId)).toMatchObject([{ status: 'revoked' }]);
});

test('A key that is revoked while it is being issued never works', async () => {
  const overtaken = beforePut(database.table, 2, async () => {
    const [listed] = await listApiKeys(database.table, newKey.orgId);
    await revokeApiKey(database.table, { orgId: newKey.orgId, keyId: listed?.keyId ?? '' });
  });
  await expect(issueApiKey(overtaken, newKey)).rejects.toThrow(UnfinishedIssue);
  expect(await listApiKeys(database.table, newKey.orgId)).toMatchObject([{ status: 'revoked' }]);
  expect(await workingKeys()).toEqual([]);
});

test('An issue whose answers are lost gives one working key', async () => {
  const { entry } = await issueApiKey(losingFirstAnswers(database.table), newKey);
  expect(await listApiKeys(database.table, newKey.orgId)).toMatchObject([
    { keyId: entry.keyId, status: 'active' },
  ]);
  expect(await workingKeys()).toHaveLength(1);
});

test('A revocation whose answer is lost is a first revocation', async () => {
  const { entry } = await issueApiKey(database.table, newKey);
  const revoked = await revokeApiKey(losingFirstAnswers(database.table), entry);
  expect(revoked.alreadyRevoked).toBe(false);
  expect(await workingKeys()).toEqual([]);
});
