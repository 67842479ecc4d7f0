// API keys as operators issue, list and revoke them, and as the authorizer then judges them.
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { issueApiKey, type NewApiKey } from '../../admin/issue-api-key.ts';
import { listApiKeys } from '../../admin/list-api-keys.ts';
import { revokeApiKey } from '../../admin/revoke-api-key.ts';
import { isMistypedApiKey } from '../../functions/access/api-key.ts';
import { apiKeyVerifier } from '../../functions/access/api-keys.ts';
import { getApiKey } from '../../functions/access/find-api-key.ts';
import type { Verdict } from '../../functions/access/verdict.ts';
import { type Database, startDatabase } from './database.ts';

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

const newKey: NewApiKey = {
  orgId: 'org_acme',
  workspaceId: 'ws_main',
  userId: 'usr_ci',
  scopes: ['write:chat', 'read:chat'],
  environment: 'test',
};

function judge(secretKey: string, now = Date.now): Promise<Verdict> {
  const verify = apiKeyVerifier({
    find: (secretHash) => getApiKey(database.table, secretHash),
    rememberMs: 0,
    now,
  });
  return verify(secretKey);
}

describe('an issued key', () => {
  it('is let in as the user, org and workspace it was issued to, with its scopes', async () => {
    const { secretKey } = await issueApiKey(database.table, newKey);
    expect(await judge(secretKey)).toEqual({
      authn: 'ok',
      principal: {
        orgId: 'org_acme',
        workspaceId: 'ws_main',
        userId: 'usr_ci',
        scopes: ['write:chat', 'read:chat'],
        credential: 'api_key',
      },
    });
  });

  it.each(['live', 'test'] as const)('says that it is for %s', async (environment) => {
    const { secretKey } = await issueApiKey(database.table, { ...newKey, environment });
    expect(secretKey).toMatch(new RegExp(`^sk_${environment}_[0-9A-Za-z]{36}$`));
    expect(isMistypedApiKey(secretKey)).toBe(false);
  });

  it('stops working at its expiry', async () => {
    const { secretKey } = await issueApiKey(database.table, {
      ...newKey,
      expiresOn: '2030-01-01T00:00:00.000Z',
    });
    const expiryMs = Date.parse('2030-01-01');
    expect(await judge(secretKey, () => expiryMs - 1)).toMatchObject({ authn: 'ok' });
    expect(await judge(secretKey, () => expiryMs)).toEqual({ authn: 'expired', reason: 'expired' });
  });

  it('may be held to fewer requests a minute than its org', async () => {
    const orgId = 'org_limited';
    const { secretKey } = await issueApiKey(database.table, { ...newKey, orgId, requestsPerMinute: 30 });
    expect(await judge(secretKey)).toMatchObject({ principal: { keyLimit: { requestsPerMinute: 30 } } });
    expect(await listApiKeys(database.table, orgId)).toMatchObject([{ requestsPerMinute: 30 }]);
  });

  it('is like no other, and neither is its id', async () => {
    const issued = await Promise.all(Array.from({ length: 50 }, () => issueApiKey(database.table, newKey)));
    expect(new Set(issued.map(({ secretKey }) => secretKey)).size).toBe(50);
    expect(new Set(issued.map(({ entry }) => entry.keyId)).size).toBe(50);
  });

  it('is nowhere in the table, and neither are any eight characters of it in a row', async () => {
    const { secretKey } = await issueApiKey(database.table, { ...newKey, name: 'Nightly run' });
    const stored = JSON.stringify(await database.allItems());
    const random = secretKey.slice('sk_test_'.length);
    const parts = Array.from({ length: random.length - 7 }, (_, start) => random.slice(start, start + 8));
    expect(stored).toContain('Nightly run');
    expect(parts.filter((part) => stored.includes(part))).toEqual([]);
  });
});

describe('the list of keys', () => {
  it('shows what each is for, newest first, and no other org', async () => {
    const orgId = 'org_list';
    const older = await issueApiKey(database.table, { ...newKey, orgId }, new Date('2026-01-01'));
    const newer = await issueApiKey(
      database.table,
      { ...newKey, orgId, name: 'CI', scopes: ['*'], expiresOn: '2030-01-01T00:00:00.000Z' },
      new Date('2026-01-02'),
    );
    await issueApiKey(database.table, { ...newKey, orgId: 'org_list2' });
    expect(await listApiKeys(database.table, orgId, new Date('2026-06-01'))).toEqual([
      {
        keyId: newer.entry.keyId,
        orgId,
        workspaceId: 'ws_main',
        userId: 'usr_ci',
        scopes: ['*'],
        environment: 'test',
        hint: newer.secretKey.slice(-4),
        name: 'CI',
        createdAt: '2026-01-02T00:00:00.000Z',
        expiresOn: '2030-01-01T00:00:00.000Z',
        status: 'active',
      },
      expect.objectContaining({
        keyId: older.entry.keyId,
        hint: older.secretKey.slice(-4),
        status: 'active',
      }),
    ]);
  });

  it('tells active, expired and revoked ones apart', async () => {
    const orgId = 'org_states';
    const active = await issueApiKey(database.table, { ...newKey, orgId });
    const expired = await issueApiKey(database.table, {
      ...newKey,
      orgId,
      expiresOn: '2020-01-01T00:00:00.000Z',
    });
    const revoked = await issueApiKey(database.table, { ...newKey, orgId });
    await revokeApiKey(database.table, { orgId, keyId: revoked.entry.keyId }, new Date('2026-05-01'));
    const listed = new Map((await listApiKeys(database.table, orgId)).map((key) => [key.keyId, key]));
    expect(listed.get(active.entry.keyId)?.status).toBe('active');
    expect(listed.get(expired.entry.keyId)?.status).toBe('expired');
    expect(listed.get(revoked.entry.keyId)).toMatchObject({
      status: 'revoked',
      revokedOn: '2026-05-01T00:00:00.000Z',
    });
  });

  it('is complete when it takes more than one page', async () => {
    const orgId = 'org_many';
    const issued = await Promise.all(
      Array.from({ length: 120 }, () => issueApiKey(database.table, { ...newKey, orgId })),
    );
    const listed = await listApiKeys(database.table, orgId);
    expect(listed.map(({ keyId }) => keyId).sort()).toEqual(issued.map(({ entry }) => entry.keyId).sort());
  });
});

describe('a revoked key', () => {
  it('is refused by the authorizer, and others go on working', async () => {
    const revoked = await issueApiKey(database.table, newKey);
    const other = await issueApiKey(database.table, newKey);
    await revokeApiKey(database.table, revoked.entry);
    expect(await judge(revoked.secretKey)).toEqual({ authn: 'invalid', reason: 'revoked' });
    expect(await judge(other.secretKey)).toMatchObject({ authn: 'ok' });
  });

  it('stays revoked since the first time, however often it is revoked', async () => {
    const { entry } = await issueApiKey(database.table, newKey);
    const first = await revokeApiKey(database.table, entry, new Date('2026-05-01'));
    const second = await revokeApiKey(database.table, entry, new Date('2026-05-02'));
    expect(first).toMatchObject({ revokedOn: '2026-05-01T00:00:00.000Z', alreadyRevoked: false });
    expect(second).toMatchObject({ revokedOn: '2026-05-01T00:00:00.000Z', alreadyRevoked: true });
    const listed = await listApiKeys(database.table, newKey.orgId);
    expect(listed.find(({ keyId }) => keyId === entry.keyId)?.revokedOn).toBe('2026-05-01T00:00:00.000Z');
  });

  test('can only be one of the named org', async () => {
    const { entry, secretKey } = await issueApiKey(database.table, newKey);
    const foreign = revokeApiKey(database.table, { orgId: 'org_other', keyId: entry.keyId });
    await expect(foreign).rejects.toThrow(`Org org_other has no API key ${entry.keyId}`);
    expect(await judge(secretKey)).toMatchObject({ authn: 'ok' });
  });
});
