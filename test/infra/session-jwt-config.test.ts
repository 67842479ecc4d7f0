// Whose session JWTs an operator may trust, and what they are told when they got that wrong.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AuthorizerEnv } from '../../functions/env.ts';
import { ConfigError, loadConfig } from '../../infra/config.ts';
import { metricsNamespace } from '../../infra/metrics.ts';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-issuers-'));
const file = join(folder, 'config.json');
afterAll(() => rmSync(folder, { recursive: true }));

const KEY = { kid: 'key-1', kty: 'EC' };
const JWT = { issuer: 'https://issuer.example', audience: 'moonborn' };

function load(overrides: unknown) {
  writeFileSync(file, JSON.stringify(overrides));
  return loadConfig('dev', file);
}

function errorOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return 'none';
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
  it.each<[what: string, overrides: Record<string, unknown>, problem: RegExp]>([
    [
      'an issuer without https',
      { sessionJwt: { ...JWT, issuer: 'http://issuer.example' } },
      /^ {2}sessionJwt\.issuer: /m,
    ],
    ['no audience', { sessionJwt: { issuer: JWT.issuer } }, /^ {2}sessionJwt\.audience: /m],
    ['an empty audience', { sessionJwt: { ...JWT, audience: '' } }, /^ {2}sessionJwt\.audience: /m],
    [
      'keys over plain http',
      { sessionJwt: { ...JWT, jwksUri: 'http://x.example' } },
      /^ {2}sessionJwt\.jwksUri: /m,
    ],
    [
      'nobody to ask and no key to trust',
      { sessionJwt: { ...JWT, jwksUri: null } },
      /^ {2}sessionJwt\.pinnedJwks: is required when jwksUri is null/m,
    ],
    [
      'no pinned key',
      { sessionJwt: { ...JWT, pinnedJwks: { keys: [] } } },
      /^ {2}sessionJwt\.pinnedJwks\.keys: /m,
    ],
    [
      'a pinned key without an id',
      { sessionJwt: { ...JWT, pinnedJwks: { keys: [{ kty: 'EC' }] } } },
      /^ {2}sessionJwt\.pinnedJwks\.keys\.0\.kid: /m,
    ],
    [
      'pinned keys too big for the environment of a function',
      { sessionJwt: { ...JWT, pinnedJwks: { keys: [{ ...KEY, n: 'x'.repeat(3_500) }] } } },
      /^ {2}sessionJwt: takes 3\d{3} bytes as the authorizer reads it, and 3500 is the most/m,
    ],
    [
      'a pinned key that is private',
      { sessionJwt: { ...JWT, pinnedJwks: { keys: [{ ...KEY, d: 'AAAA' }] } } },
      /^ {2}sessionJwt\.pinnedJwks\.keys\.0: is a private key/m,
    ],
    [
      'a pinned key of a type that cannot verify',
      { sessionJwt: { ...JWT, pinnedJwks: { keys: [{ kid: 'a', kty: 'oct' }] } } },
      /^ {2}sessionJwt\.pinnedJwks\.keys\.0\.kty: /m,
    ],
    [
      'a tenant that nobody put in',
      { sessionJwt: { ...JWT, issuer: 'https://login.example/{tenantid}/v2.0' } },
      /^ {2}sessionJwt\.issuer: holds a placeholder/m,
    ],
    [
      'an audience claim without an audience',
      { sessionJwt: { ...JWT, audience: null, audienceClaim: 'azp' } },
      /^ {2}sessionJwt\.audienceClaim: has no use while audience is null/m,
    ],
    [
      'a path to nowhere',
      { sessionJwt: { ...JWT, claims: { org: [] } } },
      /^ {2}sessionJwt\.claims\.org: must be/m,
    ],
    [
      'a fixed workspace that is no id',
      { sessionJwt: { ...JWT, claims: { workspace: { value: 'Sales team' } } } },
      /^ {2}sessionJwt\.claims\.workspace: must be/m,
    ],
    [
      'a fixed user, which would be everybody',
      { sessionJwt: { ...JWT, claims: { user: { value: 'usr_1' } } } },
      /^ {2}sessionJwt\.claims\.user: must be/m,
    ],
    [
      'a role that grants what does not exist',
      { sessionJwt: { ...JWT, roles: { claim: 'roles', grants: { admin: ['write:all'] } } } },
      /^ {2}sessionJwt\.roles\.grants\.admin\.0: must be one of write:chat, read:chat, \*/m,
    ],
    [
      'roles that grant nothing',
      { sessionJwt: { ...JWT, roles: { claim: 'roles', grants: {} } } },
      /^ {2}sessionJwt\.roles\.grants: must grant something/m,
    ],
    [
      'a prefix of scopes that are not read',
      {
        sessionJwt: { ...JWT, scopePrefix: 'api/', roles: { claim: 'r', grants: { a: ['*'] } } },
      },
      /^ {2}sessionJwt\.scopePrefix: has no use/m,
    ],
    [
      'clocks that differ by hours',
      { sessionJwt: { ...JWT, clockToleranceSeconds: 3_600 } },
      /^ {2}sessionJwt\.clockToleranceSeconds: /m,
    ],
    [
      'two issuers of one name',
      { sessionJwt: [JWT, { ...JWT, audience: 'other' }] },
      /^ {2}sessionJwt\.1\.issuer: is configured twice: https:\/\/issuer\.example/m,
    ],
    [
      'the second of two issuers',
      { sessionJwt: [JWT, { issuer: 'https://other.example' }] },
      /^ {2}sessionJwt\.1\.audience: must be a text/m,
    ],
    ['a list of no issuers', { sessionJwt: [] }, /^ {2}sessionJwt: /m],
    [
      'an unknown field of an issuer',
      { sessionJwt: { ...JWT, audiences: [] } },
      /^ {2}sessionJwt: .*"audiences"/m,
    ],
  ])('for %s', (_what, overrides, problem) => {
    expect(errorOf(() => load(overrides))).toMatch(problem);
  });
});
