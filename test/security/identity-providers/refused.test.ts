// Credentials with one thing wrong at a time: what the caller is answered, and the reason in the authorizer's log line.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { issueApiKey } from '../../../admin/issue-api-key.ts';
import { revokeApiKey } from '../../../admin/revoke-api-key.ts';
import type { RefusalReason } from '../../../functions/access/refusal-reasons.ts';
import { issuersOf } from './documented-config.ts';
import { type ProviderStack, startProviderStack } from './provider-stack.ts';
import { mergedIssuers, type Provider, providerOf } from './signed.ts';
import { TOKEN_SHAPES } from './token-shapes.ts';

const SECTIONS = [
  'Auth0',
  'Okta',
  'Cognito: access tokens',
  'Entra ID',
  'Clerk',
  'Supabase',
  'Keycloak',
] as const;
type Section = (typeof SECTIONS)[number];

const UNREACHABLE = 'https://unreachable.example/';
const DAMAGED = 'https://damaged.example/';

const providers = new Map<string, Provider>();
let stack: ProviderStack;
let stranger: Provider;
let apiKeys: Record<'good' | 'revoked' | 'expired', string>;

beforeAll(async () => {
  for (const section of SECTIONS) {
    const shape = TOKEN_SHAPES.find((one) => one.section === section);
    providers.set(section, await providerOf(shape as (typeof TOKEN_SHAPES)[number]));
  }
  stranger = await providerOf(TOKEN_SHAPES[0] as (typeof TOKEN_SHAPES)[number]);
  const broken = issuersOf([
    { issuer: UNREACHABLE, audience: 'x', jwksUri: 'https://127.0.0.1:1/keys' },
    {
      issuer: DAMAGED,
      audience: 'x',
      jwksUri: null,
      pinnedJwks: { keys: [{ kid: 'damaged', kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }] },
    },
  ]);
  stack = await startProviderStack(inject('synthesised'), [
    ...mergedIssuers([...providers.values()]),
    ...broken,
  ]);
  apiKeys = await someApiKeys();
});

afterAll(() => stack?.close());

async function someApiKeys() {
  const issue = async (expiresOn?: string) => {
    const owner = { orgId: 'org_acme', workspaceId: 'ws_main', userId: 'auth0|1' };
    const { secretKey, entry } = await issueApiKey(stack.table, {
      ...owner,
      scopes: ['*'],
      environment: 'test',
      ...(expiresOn === undefined ? {} : { expiresOn }),
    });
    return { secretKey, keyId: entry.keyId };
  };
  const [good, revoked, expired] = [await issue(), await issue(), await issue('2020-01-01T00:00:00.000Z')];
  await revokeApiKey(stack.table, { orgId: 'org_acme', keyId: revoked.keyId });
  return { good: good.secretKey, revoked: revoked.secretKey, expired: expired.secretKey };
}

function of(section: Section): Provider {
  return providers.get(section) as Provider;
}

function seconds(fromNow: number): number {
  return Math.floor(Date.now() / 1000) + fromNow;
}

type Token = () => string | Promise<string>;

const but =
  (section: Section, claims: Record<string, unknown> | (() => Record<string, unknown>)): Token =>
  () =>
    of(section).sign(typeof claims === 'function' ? claims() : claims);

const withHeader =
  (section: Section, changes: Record<string, unknown>): Token =>
  async () => {
    const [header = '', ...rest] = (await of(section).sign()).split('.');
    const changed = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), ...changes };
    return [Buffer.from(JSON.stringify(changed)).toString('base64url'), ...rest].join('.');
  };

const cut =
  (section: Section, edit: (parts: string[]) => string[]): Token =>
  async () =>
    edit((await of(section).sign()).split('.')).join('.');

const REFUSED: readonly (readonly [what: string, token: Token, status: number, reason: RefusalReason])[] = [
  ['no token', () => '', 401, 'malformed_header'],
  ['two tokens in one header', () => 'a,Bearer b', 401, 'malformed_header'],
  ['an API key that nobody was given', () => 'pk_made_up', 401, 'unknown_key'],
  ['an API key with a typo', () => `${apiKeys.good.slice(0, -1)}!`, 401, 'mistyped_key'],
  ['an API key that was revoked', () => apiKeys.revoked, 401, 'revoked'],
  ['an API key that has expired', () => apiKeys.expired, 401, 'expired'],
  ['three words', () => 'a.b.c', 401, 'malformed'],
  ['an encrypted token', () => 'eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn', 401, 'unknown_key'],
  [
    'a signature that was cut short',
    cut('Auth0', ([h = '', p = '', s = '']) => [h, p, s.slice(0, -8)]),
    401,
    'bad_signature',
  ],
  [
    'the signature of another token',
    async () => {
      const [header, payload] = (await of('Auth0').sign({ sub: 'auth0|victim' })).split('.');
      return `${header}.${payload}.${(await of('Auth0').sign()).split('.')[2]}`;
    },
    401,
    'bad_signature',
  ],
  ['the key of a stranger under our key id', () => stranger.sign(), 401, 'bad_signature'],
  ['no algorithm (none)', withHeader('Auth0', { alg: 'none' }), 401, 'wrong_algorithm'],
  ['HS256, the legacy secret of Supabase', withHeader('Supabase', { alg: 'HS256' }), 401, 'wrong_algorithm'],
  ['an algorithm of another type of key', withHeader('Entra ID', { alg: 'ES256' }), 401, 'wrong_algorithm'],
  ['a demanded extension', withHeader('Auth0', { crit: ['b64'], b64: true }), 401, 'critical_header'],
  ['no key id', withHeader('Auth0', { kid: undefined }), 401, 'no_key_id'],
  ['a key id that nobody publishes', withHeader('Auth0', { kid: 'made-up' }), 401, 'unknown_key_id'],
  ['an issuer without its slash', but('Auth0', { iss: 'https://acme.eu.auth0.com' }), 401, 'unknown_issuer'],
  ['an issuer that nobody configured', but('Auth0', { iss: 'https://evil.example/' }), 401, 'unknown_issuer'],
  [
    'the key of another issuer of ours',
    () => of('Okta').sign({ iss: 'https://acme.eu.auth0.com/' }),
    401,
    'unknown_key_id',
  ],
  ['exp 20 s ago', but('Auth0', () => ({ exp: seconds(-20) })), 401, 'expired'],
  ['no exp', but('Auth0', { exp: undefined }), 401, 'no_expiry'],
  ['nbf 20 s ahead', but('Clerk', () => ({ nbf: seconds(20) })), 401, 'not_yet_valid'],
  ['iat 20 s ahead', but('Okta', () => ({ iat: seconds(20) })), 401, 'issued_in_the_future'],
  ['another audience', but('Auth0', { aud: 'https://other.acme.example/api' }), 401, 'wrong_audience'],
  ['no audience', but('Keycloak', { aud: undefined }), 401, 'wrong_audience'],
  [
    'an ID token of Cognito in the place of an access token',
    but('Cognito: access tokens', { client_id: undefined, aud: '1example23456789', token_use: 'id' }),
    401,
    'wrong_audience',
  ],
  ['no subject', but('Auth0', { sub: undefined }), 401, 'bad_subject'],
  ['a subject with a line feed', but('Auth0', { sub: 'auth0|1\n{"level":"ERROR"}' }), 401, 'bad_subject'],
  ['no oid, where that is the user', but('Entra ID', { oid: undefined }), 401, 'bad_subject'],
  ['no org', but('Auth0', { org_id: undefined }), 401, 'no_org'],
  [
    'an org that users wrote themselves',
    but('Supabase', { app_metadata: { workspace_id: 'ws_1' } }),
    401,
    'no_org',
  ],
  ['an org with characters of a key', but('Auth0', { org_id: 'org_1#PERSONA#x' }), 401, 'bad_org'],
  ['no workspace', but('Keycloak', { workspace_id: '' }), 401, 'no_workspace'],
  [
    'a workspace that is no id',
    but('Auth0', { 'https://acme.example/workspace_id': 'Sales team' }),
    401,
    'bad_workspace',
  ],
  ['keys that cannot be had', () => of('Auth0').sign({ iss: UNREACHABLE }), 503, 'issuer_unreachable'],
  [
    'a key that is damaged',
    () => of('Supabase').sign({ iss: DAMAGED }, { kid: 'damaged' }),
    503,
    'unusable_key',
  ],
];

const CODES: Readonly<Record<number, string>> = { 401: 'unauthorized', 503: 'service_unavailable' };

describe('credentials with one thing wrong', () => {
  it.each(REFUSED)('%s', async (_what, token, status, reason) => {
    const credentials = await token();
    const answer = await stack.start(credentials, 'psn_1');
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text).error.code).toBe(CODES[status]);
    expect(answer.headers.has('retry-after')).toBe(status === 503);
    expect(answer.text + JSON.stringify([...answer.headers])).not.toContain(
      reason === 'expired' ? 'not_' : reason,
    );
    expect(await stack.authorizerLine(answer.headers)).toMatchObject({
      level: status === 503 ? 'ERROR' : 'INFO',
      outcome: status === 503 ? 'unavailable' : reason === 'expired' ? 'expired' : 'invalid',
      reason,
    });
    const secretParts = credentials.split('.').filter((part) => part.length > 20);
    expect(secretParts.filter((part) => stack.hasWritten(part))).toEqual([]);
  });

  it('set off the alarm where the keys cannot be had, and its line says where and how', async () => {
    const calls = Array.from({ length: 3 }, async () =>
      stack.start(await of('Auth0').sign({ iss: UNREACHABLE }), 'psn_1'),
    );
    for (const { headers } of await Promise.all(calls)) {
      expect(await stack.authorizerLine(headers)).toMatchObject({
        errorMessage: expect.stringMatching(
          /^https:\/\/127\.0\.0\.1:1\/keys cannot be reached: .*ECONNREFUSED/,
        ),
      });
    }
    expect(stack.fires('AuthorizerUnavailable')).toBe(true);
  });

  it.each<[what: string, token: Token]>([
    ['nbf is 5 s ahead', but('Clerk', () => ({ nbf: seconds(5) }))],
    ['exp was 5 s ago', but('Clerk', () => ({ exp: seconds(-5) }))],
  ])('are good where %s: clocks differ', async (_what, token) => {
    expect(await stack.authorize(await token())).toMatchObject({ authn: 'ok' });
  });

  it('without a scope that helps are let in and forbidden', async () => {
    const { status, text } = await stack.start(await of('Keycloak').sign({ resource_access: {} }), 'psn_1');
    expect({ status, code: JSON.parse(text).error.code }).toEqual({ status: 403, code: 'forbidden' });
  });
});
