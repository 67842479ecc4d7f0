// What is read from the claims of a session JWT: who calls, for whom the token is, and what it may do.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimAt, claimProblem, principalOf, scopesOf } from '../../../functions/access/claims.ts';
import { fromContext, toContext } from '../../../functions/access/verdict.ts';
import type { IssuerSettings } from '../../../functions/env.ts';
import { intentHash } from '../../../functions/sessions/idempotency-key.ts';
import { goodClaims, settings } from './issuer.ts';

type Changes = Partial<Omit<IssuerSettings, 'claims'>> & { claims?: Partial<IssuerSettings['claims']> };

function withClaims({ claims, ...changes }: Changes): IssuerSettings {
  return settings({ ...changes, claims: { ...settings().claims, ...claims } });
}

function changed(changes: Record<string, unknown>): Record<string, unknown> {
  return { ...goodClaims(), ...changes };
}

describe('the name of a claim', () => {
  const nested = {
    app_metadata: { org_id: 'org_1' },
    'https://app.example/org': 'org_2',
    'a.b': 1,
    a: { b: 2 },
  };

  it('that is a text is taken literally, dots, slashes and all', () => {
    expect(claimAt(nested, 'https://app.example/org')).toBe('org_2');
    expect(claimAt(nested, 'a.b')).toBe(1);
    expect(claimAt(nested, 'app_metadata.org_id')).toBeUndefined();
  });

  it('that is a list leads into other claims', () => {
    expect(claimAt(nested, ['app_metadata', 'org_id'])).toBe('org_1');
    expect(claimAt(nested, ['a', 'b'])).toBe(2);
    expect(claimAt(nested, ['a', 'b', 'c'])).toBeUndefined();
    expect(claimAt(nested, ['missing', 'org_id'])).toBeUndefined();
  });

  it.each([
    ['constructor'],
    ['__proto__'],
    ['toString'],
    [['a', 'constructor', 'name']],
    [['list', '0']],
    [['list', 'length']],
    [['text', 'length']],
    [['nothing', 'x']],
  ])('finds only what the token holds: not %j', (name) => {
    expect(claimAt({ a: {}, list: ['org_1'], text: 'org_1', nothing: null }, name)).toBeUndefined();
  });

  it('leads to org and workspace, which may also be the same for everybody', () => {
    const one = withClaims({ claims: { org: ['o', 'id'], workspace: { value: 'ws_main' } } });
    const claims = { ...goodClaims(), o: { id: 'org_7' }, workspace_id: 'ws_ignored' };
    expect(claimProblem(claims, one)).toBeUndefined();
    expect(principalOf(claims, one)).toMatchObject({ orgId: 'org_7', workspaceId: 'ws_main' });
    expect(claimProblem(goodClaims(), one)).toBe('no_org');
  });

  it('of the user may be another than sub', () => {
    const one = withClaims({ claims: { user: 'oid' } });
    expect(principalOf(changed({ oid: 'a-b-c' }), one).userId).toBe('a-b-c');
    expect(claimProblem(goodClaims(), one)).toBe('bad_subject');
    const { sub: _sub, ...withoutSub } = changed({ oid: 'a-b-c' });
    expect(claimProblem(withoutSub, one)).toBeUndefined();
  });
});

describe('a user id', () => {
  it.each([
    'auth0|6553da60a54af58e29493993',
    'google-oauth2|103547991597142817347',
    'awZfdIir8YFdGZWkvCejDoUb7SjTDicx@clients',
    'ada.lovelace@example.com',
    'samlp|corp|Ada Lovelace',
    'usr_1#INTENT',
    '=HYPERLINK("https://evil.example")',
    'x'.repeat(255),
    ' ',
  ])('may be %j, and is kept as it is', (sub) => {
    expect(claimProblem(changed({ sub }), settings())).toBeUndefined();
    expect(principalOf(changed({ sub }), settings()).userId).toBe(sub);
  });

  it.each([
    undefined,
    null,
    '',
    7,
    ['usr_1'],
    { id: 'usr_1' },
    'x'.repeat(256),
    'é',
    'a\nb',
    'a\tb',
    'a\u0000b',
    'a\u007fb',
    '\u202eb',
  ])('may not be %j', (sub) => {
    expect(claimProblem(changed({ sub }), settings())).toBe('bad_subject');
  });

  const userId = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 255,
  });

  it('arrives at the endpoint apart from the scopes, whatever spaces either has', () => {
    fc.assert(
      fc.property(
        userId,
        fc.array(fc.stringMatching(/^[\x21-\x7e]{1,20}$/), { maxLength: 4 }),
        (sub, scopes) => {
          const principal = principalOf(changed({ sub, scope: scopes.join(' ') }), settings());
          expect(fromContext(toContext({ authn: 'ok', principal }))).toEqual({ authn: 'ok', principal });
          expect(principal.userId).toBe(sub);
        },
      ),
    );
  });

  it('can never be taken for another, or for a persona or a workspace, where it is hashed', () => {
    const hashOf = (user: string, personaId: string, key: string) =>
      intentHash(
        { orgId: 'org_1', workspaceId: 'ws_1', userId: user, personaId },
        { kind: 'opaque', value: key },
      );
    fc.assert(
      fc.property(userId, userId, (one, other) => {
        expect(claimProblem(changed({ sub: one }), settings())).toBeUndefined();
        expect(hashOf(one, 'psn_1', 'key') === hashOf(other, 'psn_1', 'key')).toBe(one === other);
      }),
    );
    expect(hashOf('usr_1\npsn_1', 'psn_2', 'key')).toBe(hashOf('usr_1', 'psn_1', 'psn_2\nkey'));
    expect(claimProblem(changed({ sub: 'usr_1\npsn_1' }), settings())).toBe('bad_subject');
  });
});

describe('org and workspace', () => {
  it.each([' ', 'a b', 'a#b', 'a.b', 'x'.repeat(65), 7, true, ['org_1'], { id: 'org_1' }])(
    'must be ids, not %j',
    (id) => {
      expect(claimProblem(changed({ org_id: id }), settings())).toBe('bad_org');
      expect(claimProblem(changed({ workspace_id: id }), settings())).toBe('bad_workspace');
    },
  );

  it.each([undefined, null, ''])('must be there: %j is none', (id) => {
    expect(claimProblem(changed({ org_id: id }), settings())).toBe('no_org');
    expect(claimProblem(changed({ workspace_id: id }), settings())).toBe('no_workspace');
  });
});

describe('the audience', () => {
  it('may be any of those that are configured, and the token may name several', () => {
    const one = settings({ audience: ['web', 'cli'] });
    expect(claimProblem(changed({ aud: 'cli' }), one)).toBeUndefined();
    expect(claimProblem(changed({ aud: ['other', 'web'] }), one)).toBeUndefined();
    expect(claimProblem(changed({ aud: ['other'] }), one)).toBe('wrong_audience');
    for (const aud of [{ web: true }, [], undefined]) {
      expect(claimProblem(changed({ aud }), one)).toBe('wrong_audience');
    }
  });

  it('may stand in another claim, and then aud says nothing', () => {
    const one = settings({ audience: ['client-1'], audienceClaim: 'client_id' });
    expect(claimProblem(changed({ client_id: 'client-1', aud: undefined }), one)).toBeUndefined();
    expect(claimProblem(changed({ aud: 'client-1' }), one)).toBe('wrong_audience');
  });

  it('is not looked at where that is configured', () => {
    expect(claimProblem(changed({ aud: 'anybody' }), settings({ audience: null }))).toBeUndefined();
  });
});

describe('scopes', () => {
  it.each([
    ['read:chat write:chat', ['read:chat', 'write:chat']],
    [
      ['read:chat', 'write:chat'],
      ['read:chat', 'write:chat'],
    ],
    ['', []],
    ['  read:chat   ', ['read:chat']],
    ['read:chat read:chat', ['read:chat']],
    [[], []],
    [null, []],
    [undefined, []],
    [{ '*': true }, []],
    [7, []],
    [[7, null, '', 'read:chat', ['*'], { scope: '*' }], ['read:chat']],
    [['read:chat *'], []],
    [['read:chat\t*'], []],
    [['read:chat\u00a0*'], []],
  ])('are what %j clearly grants, and no more', (scope, scopes) => {
    expect(scopesOf(changed({ scope }), settings())).toEqual(scopes);
  });

  it('may carry a prefix, and those without it are not ours', () => {
    const one = settings({ scopePrefix: 'moonborn/' });
    expect(scopesOf({ scope: 'openid moonborn/write:chat write:chat moonborn/' }, one)).toEqual([
      'write:chat',
    ]);
  });

  const roles = {
    claim: ['realm_access', 'roles'],
    grants: { viewer: ['read:chat'], 'Chat Editor': ['read:chat', 'write:chat'] },
  };

  it.each([
    [['viewer', 'offline_access'], ['read:chat']],
    [
      ['viewer', 'Chat Editor'],
      ['read:chat', 'write:chat'],
    ],
    ['viewer', ['read:chat']],
    ['Chat Editor', ['read:chat', 'write:chat']],
    [['constructor', '__proto__', 'toString'], []],
    [undefined, []],
  ])('may come from roles: %j', (given, scopes) => {
    const one = withClaims({ roles, claims: { scopes: null } });
    expect(scopesOf({ scope: '*', realm_access: { roles: given } }, one)).toEqual(scopes);
  });

  it('may come from both, where both are configured', () => {
    const one = withClaims({ roles: { ...roles, claim: 'roles' }, claims: { scopes: 'scp' } });
    expect(scopesOf({ scp: 'write:chat', roles: ['viewer'] }, one)).toEqual(['write:chat', 'read:chat']);
  });
});
