// Plays sections of docs/runbook.md on the local stack, by the page's own commands.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPersona } from '../../admin/create-persona.ts';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import { tableOf } from '../../functions/dynamodb/sdk.ts';
import type { Table } from '../../functions/dynamodb/table.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
const CONFIG = {
  apiKeys: { rememberSeconds: 0 },
  usage: true,
  limits: {
    plans: { large: { requestsPerMinute: 1_000 }, small: { requestsPerMinute: 1 } },
    defaultPlan: 'large',
  },
};
const ORG = { orgId: 'org_acme', workspaceId: 'ws_main', userId: 'usr_ada' };
const PERSONA = 'psn_luna';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-runbook-'));
const configFile = join(folder, 'my-config.json');
let stack: LocalStack;
let table: Table;

beforeAll(async () => {
  writeFileSync(configFile, JSON.stringify(CONFIG));
  stack = await startLocalStack({ port: 0, folder: join(folder, 'stack'), config: CONFIG });
  table = tableOf(stack.table.name, stack.table.client)();
  await createPersona(table, { orgId: ORG.orgId, personaId: PERSONA, name: 'Luna' });
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

async function newKey(): Promise<{ token: string; keyId: string }> {
  const { secretKey, entry } = await issueApiKey(table, { ...ORG, scopes: ['*'], environment: 'test' });
  return { token: secretKey, keyId: entry.keyId };
}

async function start(token: string) {
  const response = await fetch(`${stack.baseUrl}/v1/personas/${PERSONA}/chat/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ personaId: PERSONA }),
  });
  const { session } = (await response.json()) as { session?: { sessionId: string } };
  return { status: response.status, sessionId: session?.sessionId ?? '' };
}

/** The blocks of a section that need no AWS CLI. */
function commandsOf(heading: string): string[] {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  const played = blocks.filter((block) => !/\b(?:aws|logs_of|name_of) /.test(block));
  expect(section).toMatch(/^Played|\nPlayed/);
  expect(played.length).toBeGreaterThan(0);
  return played;
}

/** Runs a section's blocks, or one of them, in a folder for the files that they write. */
async function play(heading: string, variables: Record<string, string>, block?: number) {
  const blocks = commandsOf(heading);
  const script = (block === undefined ? blocks : [blocks[block] ?? 'exit 9']).join('\n');
  const program = `set -eu\nnpm() { command npm --prefix '${ROOT}' "$@"; }\n${script}`;
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH,
    HOME,
    AWS_REGION: stack.region,
    AWS_ACCESS_KEY_ID: 'operator',
    AWS_SECRET_ACCESS_KEY: 'operator',
    AWS_ENDPOINT_URL_DYNAMODB: stack.databaseEndpoint,
    MOONBORN_TABLE: stack.tableName,
    MOONBORN_BASE_URL: stack.baseUrl,
    STAGE: 'dev',
    CONFIG: configFile,
    ORG: ORG.orgId,
    ...variables,
  };
  return promisify(execFile)('bash', ['-c', program], { cwd: folder, env });
}

it('a leaked key is refused after it was revoked, and the org’s other keys too after all were', async () => {
  const [leaked, other] = [await newKey(), await newKey()];
  const variables = { KEY_ID: leaked.keyId, LEAKED_KEY: leaked.token };
  await play('An API key has leaked', variables, 0);
  expect((await start(leaked.token)).status).toBe(401);
  expect((await start(other.token)).status).toBe(201);

  await play('An API key has leaked', variables, 1);
  expect((await start(other.token)).status).toBe(401);
  const { stdout } = await play('An API key has leaked', variables, 2);
  expect(stdout.trim()).toBe('401');
});

it('a session that is there is shown, and one that is not is named as missing', async () => {
  const { token } = await newKey();
  const { sessionId } = await start(token);
  const variables = { REQUEST_ID: 'JKJaYn0yPHcEJvQ=', WORKSPACE: ORG.workspaceId };
  const { stdout } = await play("A customer's session is gone", { ...variables, SESSION_ID: sessionId });
  expect(stdout).toContain(sessionId);
  expect(stdout).toContain('logs start-query');

  const gone = play("A customer's session is gone", {
    ...variables,
    SESSION_ID: sessionId.replace('psn_', 'psn_x'),
  });
  await expect(gone).rejects.toMatchObject({ stderr: expect.stringContaining('There is no such session') });
});

it('a user’s sessions and keys are exported and erased', async () => {
  const { token } = await newKey();
  const { sessionId } = await start(token);
  await play('A user asks for erasure', { USER_ID: ORG.userId });
  expect(readFileSync(join(folder, 'user.jsonl'), 'utf8')).toContain(sessionId);
  expect((await start(token)).status).toBe(401);
  const { token: later } = await newKey();
  const read = await fetch(`${stack.baseUrl}/v1/chat/sessions/${sessionId}`, {
    headers: { authorization: `Bearer ${later}` },
  });
  expect(read.status).toBe(404);
});

it('an org that floods is held to a smaller plan', async () => {
  const { token } = await newKey();
  const month = new Date().toISOString().slice(0, 7);
  const { stdout } = await play('An org floods the API', { PLAN: 'small', MONTH: month });
  expect(stdout).toContain('small');
  // A function remembers the plan for a minute, so the change shows on an instance that has not read it yet.
  const fresh = await startLocalStack({
    port: 0,
    folder: join(folder, 'fresh'),
    config: CONFIG,
    databaseEndpoint: stack.databaseEndpoint,
  });
  try {
    const statuses = [];
    for (let call = 0; call < 3; call += 1) {
      const answer = await fetch(`${fresh.baseUrl}/v1/chat/sessions/none`, {
        headers: { authorization: `Bearer ${token}` },
      });
      statuses.push(answer.status);
    }
    expect(statuses).toContain(429);
  } finally {
    await fresh.close();
  }
});

it('a hot persona is spread over shards', async () => {
  const { stdout } = await play('A persona is hot', { PERSONA });
  expect(stdout).toMatch(/shards +16/);
});

it('a token with a key that the provider has rotated in is let in after the configuration was corrected', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const [before, after] = [await generateKeyPair('ES256'), { privateKey, publicKey }];
  writeFileSync(join(folder, 'token.txt'), await tokenSignedBy(after.privateKey));

  await writeIssuer(before.publicKey, 'key-1');
  const refused = play('The identity provider has rotated its keys', { CONFIG: join(folder, 'issuer.json') });
  await expect(refused).rejects.toMatchObject({ stdout: expect.stringContaining('kid') });

  await writeIssuer(after.publicKey, 'key-2');
  const { stdout } = await play('The identity provider has rotated its keys', {
    CONFIG: join(folder, 'issuer.json'),
  });
  expect(stdout).toContain('ok  signature');
});

const ISSUER = { iss: 'https://issuer.example/', aud: 'moonborn' };

function tokenSignedBy(key: CryptoKey): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { ...ISSUER, sub: 'usr_ada', org_id: 'org_acme', workspace_id: 'ws_main', scope: '*' };
  return new SignJWT({ ...claims, iat: now, exp: now + 3_600 })
    .setProtectedHeader({ alg: 'ES256', kid: 'key-2' })
    .sign(key);
}

async function writeIssuer(key: CryptoKey, kid: string): Promise<void> {
  const pinnedJwks = { keys: [{ ...(await exportJWK(key)), kid }] };
  const sessionJwt = { issuer: ISSUER.iss, audience: ISSUER.aud, jwksUri: null, pinnedJwks };
  writeFileSync(join(folder, 'issuer.json'), JSON.stringify({ sessionJwt }));
}

it('every block of the page is correct shell', async () => {
  const blocks = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(15);
  for (const block of blocks) {
    const script = block.replaceAll(/<[^>\n]+>/g, 'placeholder');
    await promisify(execFile)('bash', ['-n', '-c', script]);
  }
});
