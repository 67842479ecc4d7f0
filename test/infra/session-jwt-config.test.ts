// Whose session JWTs an operator may trust, and what they are told when they got that wrong.
import { describe, expect, it } from 'vitest';
import type { AuthorizerEnv } from '../../functions/env.ts';
import { loadConfig } from '../../infra/config.ts';
import { metricsNamespace } from '../../infra/metrics.ts';
import { errorOf, load } from './config-file.ts';

const KEY = { kid: 'key-1', kty: 'EC' };
const JWT = { issuer: 'https://issuer.example', audience: 'moonborn' };

function pinning(...keys: object[]): object {
  return { pinnedJwks: { keys } };
}

describe('the issuers of session JWTs', () => {
  const DEFAULTS = {
    ...JWT,
    audience: ['moonborn'],
    audienceClaim: 'aud',
    jwksUri: 'https://issuer.example/.well-known/jwks.json',
    claims: { user: 'sub', org: 'org_id', workspace: 'workspace_id', scopes: 'scope' },
    scopePrefix: '',
    clockToleranceSeconds: 10,
  };

  it('are complete with an issuer and an audience', () => {
    expect(load({ sessionJwt: JWT }).sessionJwt).toEqual([DEFAULTS]);
  });

  it('have claim names of their own where they are given, and the usual ones otherwise', () => {
    const claims = { org: ['app_metadata', 'org_id'], workspace: { value: 'ws_main' }, user: 'oid' };
    expect(load({ sessionJwt: { ...JWT, claims } }).sessionJwt).toEqual([
      { ...DEFAULTS, claims: { ...claims, scopes: 'scope' } },
    ]);
  });

  it('may be several, each with settings of its own', () => {
    const machines = {
      issuer: 'https://machines.example/',
      audience: ['a', 'b'],
      audienceClaim: 'client_id',
    };
    expect(load({ sessionJwt: [JWT, machines] }).sessionJwt).toEqual([
      DEFAULTS,
      { ...DEFAULTS, ...machines, jwksUri: 'https://machines.example/.well-known/jwks.json' },
    ]);
  });

  it('take scopes from roles alone, unless a claim of scopes is named too', () => {
    const roles = { claim: ['realm_access', 'roles'], grants: { viewer: ['read:chat'], admin: ['*'] } };
    expect(load({ sessionJwt: { ...JWT, roles } }).sessionJwt).toMatchObject([
      { roles, claims: { scopes: null } },
    ]);
    expect(load({ sessionJwt: { ...JWT, roles, claims: { scopes: 'scp' } } }).sessionJwt).toMatchObject([
      { roles, claims: { scopes: 'scp' } },
    ]);
  });

  it('take tokens for anybody when that is said', () => {
    expect(load({ sessionJwt: { ...JWT, audience: null } }).sessionJwt).toMatchObject([{ audience: null }]);
  });

  it('may pin keys and never be asked; of a key only what verifies is deployed', () => {
    const sessionJwt = {
      ...JWT,
      jwksUri: null,
      pinnedJwks: { keys: [{ ...KEY, x5c: ['MIIC'.repeat(2_000)] }] },
    };
    expect(load({ sessionJwt }).sessionJwt).toEqual([
      { ...DEFAULTS, jwksUri: null, pinnedJwks: { keys: [KEY] } },
    ]);
  });

  it('fit into the environment of the authorizer at the most that is taken', () => {
    const at = (length: number) => ({ ...JWT, pinnedJwks: { keys: [{ ...KEY, n: 'x'.repeat(length) }] } });
    const without = JSON.stringify(load({ sessionJwt: at(0) }).sessionJwt).length;
    const { sessionJwt } = load({ sessionJwt: at(3_500 - without) });
    expect(JSON.stringify(sessionJwt)).toHaveLength(3_500);
    expect(errorOf(() => load({ sessionJwt: at(3_501 - without) }))).toContain('takes 3501 bytes');
    const others = {
      METRICS_NAMESPACE: metricsNamespace(loadConfig('prod')),
      TABLE_NAME: 'x'.repeat(255),
      API_KEY_REMEMBER_SECONDS: '60',
    } satisfies Omit<Record<keyof AuthorizerEnv, string>, 'JWT_ISSUERS'>;
    const bytes = Object.entries({ ...others, JWT_ISSUERS: JSON.stringify(sessionJwt) }).join('').length;
    expect(bytes).toBeLessThan(4_096);
  });
});

describe('issuers of session JWTs are refused, with the field named', () => {
  it.each<[what: string, changes: object, problem: string | RegExp]>([
    ['an issuer without https', { issuer: 'http://issuer.example' }, '.issuer: '],
    ['no audience', { audience: undefined }, '.audience: '],
    ['an empty audience', { audience: '' }, '.audience: '],
    ['keys over plain http', { jwksUri: 'http://x.example' }, '.jwksUri: '],
    ['nobody to ask and no key to trust', { jwksUri: null }, '.pinnedJwks: is required when jwksUri is null'],
    ['no pinned key', pinning(), '.pinnedJwks.keys: '],
    ['a pinned key without an id', pinning({ kty: 'EC' }), '.pinnedJwks.keys.0.kid: '],
    [
      'pinned keys too big for the environment of a function',
      pinning({ ...KEY, n: 'x'.repeat(3_500) }),
      /\n {2}sessionJwt: takes 3\d{3} bytes as the authorizer reads it, and 3500 is the most/,
    ],
    ['a pinned key that is private', pinning({ ...KEY, d: 'AAAA' }), '.pinnedJwks.keys.0: is a private key'],
    ['a pinned key that cannot verify', pinning({ kid: 'a', kty: 'oct' }), '.pinnedJwks.keys.0.kty: '],
    [
      'a tenant that nobody put in',
      { issuer: 'https://x.example/{id}/v2.0' },
      '.issuer: holds a placeholder',
    ],
    [
      'an audience claim without an audience',
      { audience: null, audienceClaim: 'azp' },
      '.audienceClaim: has no use while audience is null',
    ],
    ['a path to nowhere', { claims: { org: [] } }, '.claims.org: must be'],
    [
      'a workspace that is no id',
      { claims: { workspace: { value: 'Sales team' } } },
      '.claims.workspace: must be',
    ],
    ['a user that is everybody', { claims: { user: { value: 'usr_1' } } }, '.claims.user: must be'],
    [
      'a role that grants what does not exist',
      { roles: { claim: 'roles', grants: { admin: ['write:all'] } } },
      '.roles.grants.admin.0: must be one of write:chat, read:chat, *',
    ],
    ['roles without grants', { roles: { claim: 'r', grants: {} } }, '.roles.grants: must grant something'],
    [
      'a prefix of scopes that are not read',
      { scopePrefix: 'api/', roles: { claim: 'r', grants: { a: ['*'] } } },
      '.scopePrefix: has no use',
    ],
    ['clocks that differ by hours', { clockToleranceSeconds: 3_600 }, '.clockToleranceSeconds: '],
    [
      'two issuers of one name',
      [JWT, { ...JWT, audience: 'other' }],
      '.1.issuer: is configured twice: https://issuer.example',
    ],
    ['the second of two', [JWT, { issuer: 'https://other.example' }], '.1.audience: must be a text'],
    ['a list of no issuers', [], ': '],
    [
      'an unknown field of an issuer',
      { audiences: [] },
      /\n {2}sessionJwt: unknown field `audiences`; did you mean `audience`\?/,
    ],
  ])('for %s', (_what, changes, problem) => {
    const sessionJwt = Array.isArray(changes) ? changes : { ...JWT, ...changes };
    expect(errorOf(() => load({ sessionJwt }))).toMatch(
      typeof problem === 'string' ? `\n  sessionJwt${problem}` : problem,
    );
  });
});
