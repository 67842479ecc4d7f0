// Commands for many keys or personas at once.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startOperator } from './run-admin.ts';

const { admin, adminJson, folder } = await startOperator();

function issue(org: string, ...args: string[]) {
  const issued = ['key', 'issue', '--local', '--org', org, '--workspace', 'ws_main', '--user', 'usr_ci'];
  return admin(...issued, '--scopes', 'read:chat', '--environment', 'test', ...args);
}

const statusesIn = async (org: string): Promise<string[]> =>
  (await adminJson('key', 'list', '--local', '--org', org)).apiKeys.map(
    ({ status }: { status: string }) => status,
  );

describe('all keys of an org', () => {
  it('are listed without --yes, and revoked with it; keys of another org stay', async () => {
    await issue('org_all', '--new-org');
    await issue('org_all');
    await issue('org_other', '--new-org');

    const asked = await admin('key', 'revoke', '--local', '--org', 'org_all', '--all');
    expect(asked.stderr).toContain('2 keys of org org_all would be revoked');
    expect(await statusesIn('org_all')).toEqual(['active', 'active']);

    await admin('key', 'revoke', '--local', '--org', 'org_all', '--all', '--yes');
    expect(await statusesIn('org_all')).toEqual(['revoked', 'revoked']);
    expect(await statusesIn('org_other')).toEqual(['active']);
  });

  it('are not revoked together with one that is named, nor when none is named', async () => {
    const both = await admin(
      'key',
      'revoke',
      '--local',
      '--org',
      'org_all',
      '--all',
      '--key-id',
      `key_${'0'.repeat(26)}`,
    );
    const none = await admin('key', 'revoke', '--local', '--org', 'org_all');
    expect([both.status, none.status]).toEqual([2, 2]);
    expect(none.stderr).toContain('--key-id');
  });
});

it('the keys that end within a time are listed, the first to end on top', async () => {
  await issue('org_ending', '--new-org', '--name', 'never');
  await issue('org_ending', '--expires', '20d', '--name', 'later');
  await issue('org_ending', '--expires', '2d', '--name', 'soon');
  await issue('org_ending', '--expires', '90d', '--name', 'far');
  const { apiKeys } = await adminJson(
    'key',
    'list',
    '--local',
    '--org',
    'org_ending',
    '--expiring-within',
    '30d',
  );
  expect(apiKeys.map(({ name }: { name: string }) => name)).toEqual(['soon', 'later']);
});

describe('personas of a file', () => {
  const importing = (text: string, ...args: string[]) => {
    const file = path.join(folder, 'personas.jsonl');
    writeFileSync(file, text);
    return admin('persona', 'import', '--local', '--org', 'org_import', '--file', file, ...args);
  };
  const lines = '{"id":"psn_a","name":"Ada"}\n\n{"id":"psn_b","name":"Bea 😀","workspace":"ws_main"}\n';

  it('are created, and left as they are when the file is given again', async () => {
    expect((await importing(lines, '--new-org')).stdout).toContain('Created 2 personas');
    expect((await importing(lines)).stdout).toContain(
      'Created 0 personas of org org_import; 2 existed already',
    );
    const { personas } = await adminJson('persona', 'list', '--local', '--org', 'org_import');
    expect(personas).toMatchObject([
      { personaId: 'psn_a', name: 'Ada' },
      { personaId: 'psn_b', name: 'Bea 😀', workspaceId: 'ws_main' },
    ]);
  });

  it('are all refused when a line is wrong, with each wrong line and its reason', async () => {
    const wrong = [
      '{"id":"psn_new","name":"New"}',
      'not JSON',
      '{"id":"psn c","name":"C"}',
      '{"id":"psn_d"}',
      '{"id":"psn_e","name":"E","nme":1}',
      '{"id":"psn_new","name":"Again"}',
    ];
    const { status, stderr } = await importing(wrong.join('\n'));
    expect(status).toBe(1);
    for (const [line, reason] of [
      ['line 2', 'is not JSON'],
      ['line 3', 'id: '],
      ['line 4', 'name: '],
      ['line 5', 'nme'],
      ['line 6', 'line 1 already'],
    ] as const) {
      expect(stderr).toMatch(new RegExp(`${line}: .*${reason}`));
    }
    const { personas } = await adminJson('persona', 'list', '--local', '--org', 'org_import');
    expect(personas).toHaveLength(2);
  });
});
