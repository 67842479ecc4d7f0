// Secrets that an operator pasted into the wrong place, or that the commands have shown once: nothing repeats them.
import { randomBytes } from 'node:crypto';
import { expect, it, test } from 'vitest';
import { withoutSecrets } from '../../admin/without-secrets.ts';
import { API_KEY_RANDOM_BYTES, formatApiKey, hashApiKey } from '../../functions/access/api-key.ts';
import { startOperator } from './run-admin.ts';

const { admin, adminJson } = await startOperator();

const ISSUE = 'key issue --local --new-org --workspace ws_main --user usr_ci --environment test'.split(' ');

test('Nothing that is printed after the issue holds the key or its hash', async () => {
  const { secretKey, apiKey } = await adminJson(...ISSUE, '--org', 'org_quiet', '--scopes', '*');
  const which = ['--local', '--org', 'org_quiet'];
  const printed = JSON.stringify([
    apiKey,
    await admin('key', 'list', ...which),
    await admin('key', 'list', ...which, '--json'),
    await admin('key', 'revoke', ...which, '--key-id', apiKey.keyId, '--json'),
  ]);
  expect(printed).toContain(apiKey.keyId);
  expect(printed).not.toContain(secretKey);
  expect(printed).not.toContain(hashApiKey(secretKey));
});

it.each([
  ['the id of a key', ['key', 'revoke', '--local', '--org', 'o', '--key-id']],
  ['an org', ['key', 'list', '--local', '--org']],
  ['a name', ['persona', 'create', '--local', '--org', 'o', '--id', 'psn_x', '--name']],
  ['a scope', [...ISSUE, '--org', 'o', '--scopes']],
  ['a command', ['key']],
])('never repeats a secret that was given as %s', async (_, args) => {
  const secretKey = formatApiKey('live', randomBytes(API_KEY_RANDOM_BYTES));
  const { status, stdout, stderr } = await admin(...args, secretKey);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^error: .+\n$/);
  expect(stderr).not.toContain(secretKey.slice(-12));
});

it.each([
  ['sk_live_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'sk_live_…'],
  ['"key=sk_test_0123456789abcdefghijklmnopqrstuvwxyz"', '"key=sk_test_…"'],
  ['pk_live_other-form_0', 'pk_live_…'],
  ['Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c3JfY2kifQ.c2ln-_bmF0', 'Bearer eyJ…'],
  ['my_test_org, ws_test_1', 'my_test_org, ws_test_1'],
  ['key_01M8FDYZKRETTXAC2T2HC9W9NX of org_live_1', 'key_01M8FDYZKRETTXAC2T2HC9W9NX of org_live_1'],
])('says of %s no more than %s', (given, told) => {
  expect(withoutSecrets(`It is ${given}.`)).toBe(`It is ${told}.`);
});

it('never repeats a key of another form that was given for its id', async () => {
  const revoke = ['key', 'revoke', '--local', '--org', 'o', '--key-id'];
  const { status, stderr } = await admin(...revoke, 'Zx81-other-form');
  expect(status).toBe(2);
  expect(stderr).toContain('is not the id of a key (key_…, as "key list" shows it)');
  expect(stderr).not.toContain('Zx81');
});
