// Users of API keys: any subject of an identity provider, and nothing that a terminal or a log would act on.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, startDatabase } from './database.ts';
import { localStackFolder, runAdmin } from './run-admin.ts';

let database: Database;
let folder: string;

beforeAll(async () => {
  database = await startDatabase();
  folder = localStackFolder(database);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.close();
});

const KEY = [
  '--local',
  '--new-org',
  '--org',
  'org_acme',
  '--workspace',
  'ws_main',
  '--scopes',
  '*',
  '--environment',
  'test',
];
const issue = (user: string) => runAdmin(['key', 'issue', ...KEY, '--user', user, '--json'], { folder });

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
