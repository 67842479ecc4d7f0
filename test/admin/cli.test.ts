// The operator commands as a shell sees them: what they print, where, and how they exit.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { hashApiKey } from '../../functions/access/api-key.ts';
import { getApiKey } from '../../functions/access/find-api-key.ts';
import { startOperator } from './run-admin.ts';

const { database, folder, admin, adminJson } = await startOperator();

beforeAll(() => writeFileSync(path.join(folder, 'my-file.txt'), ''));

const ISSUE = 'key issue --local --new-org --workspace ws_main --user usr_ci --environment test'.split(' ');

test('A persona is created, shown, archived and restored', async () => {
  const which = ['--local', '--org', 'org_acme', '--id', 'psn_ada'];
  expect(await admin('persona', 'create', ...which, '--new-org', '--name', 'Ada Lovelace')).toEqual({
    status: 0,
    stdout: 'Created persona psn_ada ("Ada Lovelace") of the whole org org_acme.\n',
    stderr: 'It is the first persona of org_acme.\n',
  });
  expect((await admin('persona', 'create', ...which, '--name', 'Ada Lovelace')).stdout).toContain(
    'exists already',
  );
  expect((await admin('persona', 'archive', ...which)).stdout).toBe(
    'Persona psn_ada of org org_acme is archived now.\n',
  );
  expect((await admin('persona', 'show', ...which)).stdout).toMatch(/^status {5}archived$/m);
  expect(await adminJson('persona', 'restore', ...which)).toMatchObject({
    persona: { personaId: 'psn_ada', status: 'active' },
    changed: true,
  });
});

test('A persona of the same id with another name is refused with exit status 1', async () => {
  const create = ['persona', 'create', '--local', '--org', 'org_acme', '--id', 'psn_taken', '--name'];
  await admin(...create, 'Ada', '--new-org');
  expect(await admin(...create, 'Bea')).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'error: Persona psn_taken of org org_acme exists under the name "Ada", not "Bea". Nothing was changed; choose another --id.\n',
  });
});

describe('key issue', () => {
  it('prints the key alone on stdout and everything else on stderr', async () => {
    const scopes = ['--scopes', 'write:chat,read:chat'];
    const issued = await admin(...ISSUE, '--org', 'org_cli', ...scopes, '--expires', '30d');
    expect(issued.status).toBe(0);
    expect(issued.stdout).toMatch(/^sk_test_[0-9A-Za-z]{36}\n$/);
    expect(issued.stderr).toContain('This is the only time the key is shown');
    expect(issued.stderr).not.toContain(issued.stdout.trim());
    const record = await getApiKey(database.table, hashApiKey(issued.stdout.trim()));
    expect(record).toMatchObject({ orgId: 'org_cli', userId: 'usr_ci', scopes: ['write:chat', 'read:chat'] });
    const daysLeft = (Date.parse(record?.expiresOn ?? '') - Date.now()) / 86_400_000;
    expect(daysLeft).toBeGreaterThan(29.9);
    expect(daysLeft).toBeLessThanOrEqual(30);
  });

  it('keeps the moment of a given expiry, whatever its zone', async () => {
    const expiry = ['--expires', '2090-12-31T23:00:00-02:00'];
    const { apiKey } = await adminJson(...ISSUE, '--org', 'org_zone', '--scopes', '*', ...expiry);
    expect(apiKey.expiresOn).toBe('2091-01-01T01:00:00.000Z');
  });
});

test('A key is listed by hint, and revoked by id, once', async () => {
  const { secretKey, apiKey } = await adminJson(
    ...[...ISSUE, '--org', 'org_list', '--scopes', '*', '--name', 'Nightly run'],
  );
  const list = await admin('key', 'list', '--local', '--org', 'org_list');
  const [headings, row] = list.stdout.split('\n');
  expect(headings).toMatch(
    /^KEY ID +KEY +STATUS +WORKSPACE +USER +SCOPES +CREATED \(UTC\) +EXPIRES \(UTC\) +PER MINUTE +NAME$/,
  );
  expect(row).toMatch(
    new RegExp(`^${apiKey.keyId}  sk_test_…${secretKey.slice(-4)}  active .* never +Nightly run$`),
  );

  const revoke = ['key', 'revoke', '--local', '--org', 'org_list', '--key-id', apiKey.keyId];
  const revoked = await admin(...revoke);
  expect(revoked).toMatchObject({ status: 0, stdout: `Revoked ${apiKey.keyId}.\n` });
  expect(revoked.stderr).toContain('refused within seconds');
  expect(await admin(...revoke)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('already. Nothing was changed.'),
  });
  const { apiKeys } = await adminJson('key', 'list', '--local', '--org', 'org_list');
  expect(apiKeys).toMatchObject([{ keyId: apiKey.keyId, status: 'revoked' }]);
});

test('A persona is renamed, and listed with the others of its org', async () => {
  const org = ['--local', '--org', 'org_names'];
  await admin(
    'persona',
    'create',
    ...org,
    '--new-org',
    '--id',
    'psn_a',
    '--name',
    'Ada',
    '--workspace',
    'ws_1',
  );
  await admin('persona', 'create', ...org, '--id', 'psn_b', '--name', 'Bea');
  expect(await admin('persona', 'rename', ...org, '--id', 'psn_a', '--name', 'Cleo')).toMatchObject({
    status: 0,
    stdout: 'Persona psn_a of org org_names is called "Cleo" now.\n',
  });
  expect((await admin('persona', 'list', ...org)).stdout).toMatch(
    /^PERSONA ID +STATUS +.*\npsn_a +active +ws_1 +1 +\S+ +Cleo\npsn_b +active +\(org\) +1 +\S+ +Bea\n$/,
  );
  const { personas } = await adminJson('persona', 'list', ...org);
  expect(personas).toMatchObject([{ personaId: 'psn_a', name: 'Cleo' }, { personaId: 'psn_b' }]);
  expect(await admin('persona', 'list', '--local', '--org', 'org_none')).toMatchObject({
    status: 0,
    stdout: '',
    stderr: 'Org org_none has no personas. "persona create" makes one.\n',
  });
});

test('An org without keys has an empty list, and is told how to get one', async () => {
  const list = ['key', 'list', '--local', '--org', 'org_empty'];
  expect(await admin(...list)).toEqual({
    status: 0,
    stdout: '',
    stderr: 'Org org_empty has no API keys. "key issue" makes one.\n',
  });
  expect(await adminJson(...list)).toEqual({ apiKeys: [] });
});

describe('help', () => {
  it.each([
    [[], ['persona', 'key', 'org', 'Examples:', 'Exit status']],
    [
      ['persona', 'create'],
      ['--org <id>', '--workspace <id>', '--name <name>', '--local', '--table <name>'],
    ],
    [
      ['key', 'issue'],
      ['--scopes <list>', 'write:chat (start,', '"live", "test"', '--expires <when>', '--json'],
    ],
  ])('of %j goes to stdout and names every option', async (command, mentioned) => {
    const { status, stdout, stderr } = await admin(...command, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(mentioned.filter((text) => !stdout.includes(text))).toEqual([]);
  });

  it('marks what is required', async () => {
    const { stdout } = await admin('key', 'issue', '--help');
    const required = [...stdout.matchAll(/(--[a-z-]+) <\w+> +required: /g)].map(([, option]) => option);
    expect(required).toEqual(['--org', '--workspace', '--user', '--scopes', '--environment']);
  });

  it('is what one gets for no command at all, with exit status 2', async () => {
    const { status, stdout, stderr } = await admin();
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: npm run admin -- [options] [command]');
  });
});

describe('a call that is wrong', () => {
  const create = ['persona', 'create', '--local', '--org', 'org_acme', '--id', 'psn_x', '--name', 'X'];
  const issue = [...ISSUE, '--org', 'org_acme', '--scopes', '*'];
  it.each([
    [['key', 'list', '--org', 'org_acme'], 'no table was named. Use --local'],
    [['key', 'list', '--local'], "required option '--org <id>' not specified"],
    [
      ['key', 'list', '--local', '--org', 'org acme'],
      "argument 'org acme' is invalid. It must be 1 to 64 letters",
    ],
    [['key', 'list', '--local', '--org', 'a#b'], 'It must be 1 to 64 letters'],
    [['key', 'list', '--org', 'o', '--table', ''], 'is a shell variable unset?'],
    [
      ['key', 'list', '--local', '--table', 't', '--org', 'o'],
      "option '--local' cannot be used with option '--table",
    ],
    [['key', 'lst', '--local', '--org', 'o'], "unknown command 'lst' (Did you mean list?)"],
    [[...create, '--workspace', ''], "option '--workspace <id>' argument '' is invalid"],
    [[...create, '--name', ' '], 'It must be 1 to 200 characters, was 0.'],
    [[...create, '--name', 'a\nb'], 'It must not hold control characters'],
    [['org', 'set', '--local', '--org', 'o', '--plan', 'Gold Plan'], 'It must be 1 to 32 of a-z, 0-9'],
    [[...issue, '--requests-per-minute', '0'], 'It must be a whole number from 1 to 10000000.'],
    [[...issue, '--scopes', 'write:chat,admin'], 'There is no scope "admin"; use write:chat, read:chat, *'],
    [[...issue, '--scopes', 'my-file.txt', 'other-file.txt'], "Use --scopes '*' for everything."],
    [[...issue, '--environment', 'prod'], 'Allowed choices are live, test.'],
    [[...issue, '--expires', 'tomorrow'], 'Give a time as in 2030-12-31T23:59:59Z'],
    [[...issue, '--expires', '2030-02-30T00:00:00Z'], 'Give a time as in'],
    [[...issue, '--expires', '2030-01-01T00:00:00'], 'Give a time as in'],
    [[...issue, '--expires', '2020-01-01T00:00:00Z'], 'It must lie in the future'],
  ])('%j: exit status 2 and one line that says so', async (args, reason) => {
    const { status, stdout, stderr } = await admin(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .+\n$/);
    expect(stderr).toContain(reason);
  });

  it('is answered in JSON on stderr with --json', async () => {
    const { status, stdout, stderr } = await admin('key', 'list', '--local', '--json');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({ error: { message: "required option '--org <id>' not specified" } });
  });
});
