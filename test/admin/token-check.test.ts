// `token check`: what an operator is told of a session JWT, and by which status a script knows it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkToken } from '../../admin/check-token.ts';
import { sessionJwtVerifier } from '../../functions/access/session-jwt.ts';
import { loadSigningKey, sessionJwtSigner } from '../../local/session-tokens.ts';
import { synthesise } from '../../local/synthesise.ts';
import { providerOf } from '../security/identity-providers/signed.ts';
import { TOKEN_SHAPES } from '../security/identity-providers/token-shapes.ts';
import { runAdmin } from './run-admin.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'moonborn-token-'));
const ISSUER = 'https://acme.eu.auth0.com/';
let sign: (changes?: Record<string, unknown>) => Promise<string>;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const sessionJwt = {
    issuer: ISSUER,
    audience: 'https://chat.acme.example/api',
    jwksUri: null,
    pinnedJwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1' }] },
    claims: { workspace: ['app', 'workspace_id'] },
  };
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ sessionJwt }));
  sign = (changes = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: ISSUER,
      aud: 'https://chat.acme.example/api',
      sub: 'auth0|1',
      iat: now,
      exp: now + 60,
      org_id: 'org_acme',
      app: { workspace_id: 'ws_main' },
      scope: 'openid write:chat',
      ...changes,
    };
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'key-1' }).sign(privateKey);
  };
});

afterAll(() => rmSync(folder, { recursive: true }));

const check = (stdin: string, ...args: string[]) => runAdmin(['token', 'check', ...args], { folder, stdin });
const checkConfigured = (stdin: string, ...args: string[]) =>
  check(stdin, '--config', 'config.json', '--stage', 'prod', ...args);

describe('a token that would be let in', () => {
  it('is told claim by claim, with who would call, and never printed', async () => {
    const token = await sign();
    const { status, stdout, stderr } = await checkConfigured(`Bearer ${token}\n`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      `ok  issuer     "${ISSUER}"`,
      'ok  signature  alg "ES256", kid "key-1"',
      expect.stringMatching(/^ok {2}exp {8}\d{4}-.*Z, in \d+ s$/),
      'ok  nbf        none',
      expect.stringMatching(/^ok {2}iat {8}\d{4}-.*Z, (in )?\d+ s( ago)?$/),
      'ok  audience   aud = "https://chat.acme.example/api"',
      'ok  user       sub = "auth0|1"',
      'ok  org        org_id = "org_acme"',
      'ok  workspace  app > workspace_id = "ws_main"',
      'ok  scopes     write:chat, from scope = "openid write:chat"',
      'Caller: user "auth0|1", org org_acme, workspace ws_main.',
      'It would be let in.',
      '',
    ]);
    for (const part of token.split('.')) {
      expect(stdout).not.toContain(part);
    }
  });

  it('is told in JSON, too', async () => {
    const { status, stdout } = await checkConfigured(await sign(), '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      letIn: true,
      findings: expect.arrayContaining([{ about: 'org', ok: true, found: 'org_id = "org_acme"' }]),
      caller: {
        orgId: 'org_acme',
        workspaceId: 'ws_main',
        userId: 'auth0|1',
        scopes: ['openid', 'write:chat'],
      },
    });
  });

  it('may be one of the local stack', async () => {
    const local = path.join(folder, '.local');
    const { signingKeyFile } = await synthesise({ folder: local, config: {} });
    const signLocally = sessionJwtSigner(await loadSigningKey(signingKeyFile));
    const claims = { sub: 'usr_demo', org_id: 'org_demo', workspace_id: 'ws_demo', scope: '*' };
    expect(await check(await signLocally(claims), '--local')).toMatchObject({ status: 0, stderr: '' });
    expect(await check(await sign(), '--local')).toMatchObject({
      status: 1,
      stderr: 'error: This token would be refused: unknown_issuer.\n',
    });
  });

  it.each(TOKEN_SHAPES.map((shape) => [shape.section, shape.what, shape] as const))(
    'is that of %s: %s',
    async (_section, _what, shape) => {
      const { issuers, sign: signAs } = await providerOf(shape);
      const report = await checkToken(await signAs(), issuers, sessionJwtVerifier(issuers));
      expect(report).toMatchObject({ letIn: true, reason: undefined, caller: shape.caller });
    },
  );
});

describe('a token that would be refused', () => {
  it.each<[reason: string, changes: Record<string, unknown>, line: RegExp, advice: RegExp]>([
    [
      'expired',
      { exp: 1 },
      /^WRONG {2}exp {8}1970-01-01T00:00:01.000Z, \d+ s ago$/m,
      /^exp: Get a new token\.$/m,
    ],
    ['no_expiry', { exp: undefined }, /^WRONG {2}exp {8}none$/m, /^exp: The token has no exp/m],
    [
      'wrong_audience',
      { aud: 'x' },
      /^WRONG {2}audience {3}aud = "x"$/m,
      /^audience: It must be one of https:\/\/chat/m,
    ],
    ['bad_subject', { sub: undefined }, /^WRONG {2}user {7}sub = none$/m, /^user: .*claims\.user/m],
    [
      'no_org',
      { org_id: undefined },
      /^WRONG {2}org {8}org_id = none$/m,
      /^org: .*The token has: "iss", "aud"/m,
    ],
    [
      'bad_org',
      { org_id: ['a', 'b'] },
      /^WRONG {2}org {8}org_id = \["a","b"\]$/m,
      /^org: It must be 1 to 64/m,
    ],
    [
      'no_workspace',
      { app: {} },
      /^WRONG {2}workspace {2}app > workspace_id = none$/m,
      /"workspace": \{ "value"/m,
    ],
    [
      'not_yet_valid',
      { nbf: 4e9 },
      /^WRONG {2}nbf {8}2096-.*Z, in \d+ s$/m,
      /^nbf: .*clockToleranceSeconds/m,
    ],
    [
      'unknown_issuer',
      { iss: 'https://acme.eu.auth0.com' },
      /^WRONG {2}issuer {2}"https:\/\/acme\.eu\.auth0\.com"$/m,
      /they differ by the slash at the end/,
    ],
  ])('for %s is told what to change', async (reason, changes, line, advice) => {
    const { status, stdout, stderr } = await checkConfigured(await sign(changes));
    expect(stdout).toMatch(line);
    expect(stdout).toMatch(advice);
    expect(stdout).toMatch(/^It would not be let in\.$/m);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `error: This token would be refused: ${reason}.\n`,
    });
  });

  it('has everything that is wrong with it told at once', async () => {
    const { stdout } = await checkConfigured(
      await sign({ exp: 1, aud: 'x', org_id: undefined, app: undefined }),
    );
    expect(stdout.match(/^WRONG {2}\w+/gm)).toEqual(
      ['exp', 'audience', 'org', 'workspace'].map((one) => `WRONG  ${one}`),
    );
  });

  it('without a scope of use fails a script as well', async () => {
    expect(await checkConfigured(await sign({ scope: 'openid' }))).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^WRONG {2}scopes {5}none, from scope = "openid"$/m),
      stderr: 'error: Every call with this token would be answered with 403: it has no scope of use.\n',
    });
  });

  it('with a broken signature is told so, and its claims as they stand', async () => {
    const token = `${(await sign()).slice(0, -4)}AAAA`;
    const { status, stdout } = await checkConfigured(token);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^WRONG {2}signature {2}alg "ES256", kid "key-1"$/m);
    expect(stdout).toMatch(/^ok {5}org {8}org_id = "org_acme"$/m);
  });

  it.each([
    ['an API key', 'sk_test_abc', 'an API key, not a JWT'],
    ['an encrypted token', 'a.b.c.d.e', 'five parts: an encrypted token (JWE)'],
    ['an opaque token', 'v2.local', '2 parts: an opaque token'],
    ['three words', 'a.b.c', 'three parts, but not a JWT'],
  ])('is recognised as %s', async (_what, token, form) => {
    const { status, stdout } = await checkConfigured(token);
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringContaining(`WRONG  form  ${form}`),
    });
  });

  it('cannot make a terminal do anything', async () => {
    const { stdout } = await checkConfigured(
      await sign({ sub: '\u001b]0;owned\u0007', org_id: undefined, '\u001b[31m': 1, '\u202e': 1 }),
    );
    expect(stdout.replaceAll('…', '')).toMatch(/^[\x20-\x7e\n]*$/);
    expect(stdout).toContain('sub = "\\u001b]0;owned\\u0007"');
  });
});

describe('the command', () => {
  it('needs a token, and a configuration that trusts somebody', async () => {
    expect(await checkConfigured('')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^error: No token came/),
    });
    expect(await check('a.b.c')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^error: The configuration of stage "dev" has no sessionJwt: .*--config/),
    });
    expect(await check('a.b.c', '--stage', 'staging')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^error: There is no stage "staging"/),
    });
    expect(await check('a.b.c', '--local', '--stage', 'dev')).toMatchObject({ status: 2 });
  });

  it('says what is wrong with a configuration', async () => {
    mkdirSync(path.join(folder, 'bad'), { recursive: true });
    writeFileSync(path.join(folder, 'bad/config.json'), JSON.stringify({ sessionJwt: { issuer: ISSUER } }));
    expect(await check('a.b.c', '--config', 'bad/config.json')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/sessionJwt\.audience: must be a text/),
    });
  });
});
