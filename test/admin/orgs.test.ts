// Orgs as operators know them: their plans, and the first thing that is made for one.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { startOperator } from './run-admin.ts';

const plans = { free: { requestsPerMinute: 60 }, team: { requestsPerMinute: 600 } };
const { database, folder, admin, adminJson } = await startOperator({
  limits: { plans, defaultPlan: 'free' },
});

const ISSUE = 'key issue --local --workspace ws_main --user usr_ci --environment test'.split(' ');

test('An org is put on a plan and shown, and a key is held to fewer requests than that', async () => {
  const which = ['--local', '--org', 'org_plan'];
  expect((await admin('org', 'show', ...which)).stdout).toMatch(
    /^plan +\(none: the stack’s default plan holds\)$/m,
  );
  expect(await admin('org', 'set', ...which, '--plan', 'team')).toMatchObject({
    status: 0,
    stdout: 'Org org_plan is on the plan "team" now (before: none).\n',
    stderr: expect.stringContaining('takes effect within a minute'),
  });
  expect((await admin('org', 'set', ...which, '--plan', 'team')).stdout).toContain('already');
  expect(await adminJson('org', 'set', ...which, '--plan', 'free')).toMatchObject({
    org: { orgId: 'org_plan', plan: 'free' },
    previousPlan: 'team',
  });
  expect((await adminJson('org', 'show', ...which)).org).toMatchObject({ orgId: 'org_plan', plan: 'free' });

  const issued = await admin(
    ...[...ISSUE, '--org', 'org_plan', '--scopes', '*', '--requests-per-minute', '30'],
  );
  expect(issued.stderr).toContain('; 30 requests a minute.');
  expect((await admin('key', 'list', ...which)).stdout).toMatch(/never +30$/m);
});

test('A plan that the configuration does not have is refused, by the one that is deployed or runs here', async () => {
  const file = path.join(folder, 'my-config.json');
  const limits = { plans: { gold: { requestsPerMinute: 9 } }, defaultPlan: 'gold' };
  writeFileSync(file, JSON.stringify({ limits }));
  const set = (plan: string, ...options: string[]) =>
    admin('org', 'set', '--org', 'org_plan', '--plan', plan, ...options);
  const deployed = ['--table', 'NoSuchTable', '--region', 'eu-central-1'];
  for (const [slip, reason] of [
    [await set('temm', '--local'), 'has no plan "temm"; its plans are free, team. Check --plan'],
    [await set('team', ...deployed), 'stage "dev" has no plan "team"; it limits no requests. Check --plan'],
    [
      await set('team', ...deployed, '--config', file),
      `with ${file} has no plan "team"; its plans are gold.`,
    ],
    [await set('team', ...deployed, '--stage', 'x'), 'There is no stage "x"'],
    [await set('free', '--local', '--config', file), '--local has a configuration of its own'],
  ] as const) {
    expect(slip).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(reason) });
  }
  expect((await adminJson('org', 'show', '--local', '--org', 'org_plan')).org.plan).toBe('free');
});

describe('an org of which the table knows nothing', () => {
  const create = (org: string, ...options: string[]) =>
    admin('persona', 'create', '--local', '--org', org, '--id', 'psn_first', '--name', 'Ada', ...options);
  const issue = (org: string, ...options: string[]) =>
    admin(...ISSUE, '--org', org, '--scopes', '*', ...options);

  it.each([
    ['persona', create],
    ['key', issue],
  ])('has its first %s only when the operator says that it is new', async (what, make) => {
    const org = `org_slip_${what}`;
    const refused = await make(org);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain(`the first ${what} of ${org}, an org of which the table knows nothing`);
    expect(refused.stderr).toContain('--new-org');
    expect(JSON.stringify(await database.allItems())).not.toContain(org);
    const made = await make(org, '--new-org');
    expect(made).toMatchObject({ status: 0, stderr: expect.stringContaining(`first ${what} of ${org}`) });
  });

  it('is known by its first persona, by its first key and by its plan', async () => {
    await create('org_known_persona', '--new-org');
    await issue('org_known_key', '--new-org');
    await admin('org', 'set', '--local', '--org', 'org_known_plan', '--plan', 'free');
    for (const org of ['org_known_persona', 'org_known_key', 'org_known_plan']) {
      expect(await issue(org)).toMatchObject({ status: 0, stderr: expect.not.stringContaining('first key') });
      expect(await create(org, '--workspace', 'ws_one', '--id', 'psn_next')).toMatchObject({
        status: 0,
        stderr: '',
      });
    }
  });

  it('may be called new again, so that a script can run twice', async () => {
    await create('org_script', '--new-org');
    expect(await create('org_script', '--new-org')).toMatchObject({ status: 0, stderr: '' });
    expect((await admin('org', 'show', '--local', '--org', 'org_script')).stdout).toContain('default plan');
  });
});
