// Users of API keys: any subject of an identity provider, and nothing that a terminal or a log would act on.
import { expect, it } from 'vitest';
import { startOperator } from './run-admin.ts';

const { admin } = await startOperator();

const ISSUE = 'key issue --local --new-org --org org_acme --workspace ws_main --scopes * --environment test';
const issue = (user: string) => admin(...ISSUE.split(' '), '--user', user, '--json');

it.each(['auth0|6553da60a54af58e29493993', 'ada@acme.example', '=1+1', 'a, "b"', 'x'.repeat(255)])(
  'a key may be issued to the user %j',
  async (user) => {
    const { status, stdout } = await issue(user);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).apiKey.userId).toBe(user);
  },
);

it.each(['a\nb', '\u001b[31m', 'é', 'x'.repeat(256), ''])('no key is issued to %j', async (user) => {
  const { status, stderr } = await issue(user);
  expect(status).toBe(2);
  expect(stderr).toContain('It must be 1 to 255 printable ASCII characters.');
});
