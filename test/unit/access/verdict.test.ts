// The verdict on its way from the authorizer to the endpoint, and that nothing else passes for one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromContext, hasScope, type Principal, toContext } from '../../../functions/access/verdict.ts';
import { REQUESTS_PER_MINUTE_MAX } from '../../../functions/env.ts';
import { PRINCIPAL } from './known-caller.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const principal: fc.Arbitrary<Principal> = fc.record(
  {
    orgId: id,
    workspaceId: id,
    userId: fc.stringMatching(/^[\x20-\x7e]{1,255}$/),
    scopes: fc.array(fc.stringMatching(/^[\x21-\x7e]{1,20}$/), { maxLength: 5 }),
    credential: fc.constantFrom('api_key' as const, 'session_jwt' as const),
    keyLimit: fc.record({
      keyId: id,
      requestsPerMinute: fc.integer({ min: 1, max: REQUESTS_PER_MINUTE_MAX }),
    }),
  },
  { requiredKeys: ['orgId', 'workspaceId', 'userId', 'scopes', 'credential'] },
);
const FIELDS = ['authn', 'orgId', 'workspaceId', 'userId', 'scopes', 'credential'];
const ok = { authn: 'ok', ...PRINCIPAL, scopes: 'read:chat' };

describe('a verdict', () => {
  it('on a caller who is known arrives as it was sent', () => {
    fc.assert(
      fc.property(principal, (caller) => {
        const verdict = { authn: 'ok' as const, principal: caller };
        expect(fromContext(JSON.parse(JSON.stringify(toContext(verdict))))).toEqual(verdict);
      }),
    );
  });

  it.each(['missing', 'invalid', 'expired', 'unavailable'] as const)(
    'of %s arrives as it was sent',
    (authn) => {
      expect(fromContext(toContext({ authn }))).toEqual({ authn });
    },
  );

  it('travels as strings that cannot be taken for true or false', () => {
    fc.assert(
      fc.property(principal, (caller) => {
        for (const value of Object.values(toContext({ authn: 'ok', principal: caller }))) {
          expect(typeof value).toBe('string');
        }
      }),
    );
  });
});

describe('a context that no authorizer of ours sent', () => {
  it.each([undefined, null, '', 'ok', 1, true, [], {}, { authn: null }, { authn: 'OK' }, { authn: true }])(
    'is a missing verdict: %j',
    (context) => {
      expect(fromContext(context)).toEqual({ authn: 'missing' });
    },
  );

  it.each(FIELDS)('is a missing verdict without %s', (field) => {
    expect(fromContext(ok)).toMatchObject({ authn: 'ok' });
    expect(fromContext({ ...ok, [field]: undefined })).toEqual({ authn: 'missing' });
    expect(fromContext({ ...ok, [field]: 1 })).toEqual({ authn: 'missing' });
  });

  it.each(['orgId', 'workspaceId', 'userId'])('is a missing verdict with an empty %s', (field) => {
    expect(fromContext({ ...ok, [field]: '' })).toEqual({ authn: 'missing' });
  });

  it.each([0, 30, '0', '-1', '1.5', '030', '1e3', 'all', '', true, null])(
    'is a missing verdict with %j requests a minute, which would be a limit that nobody can read',
    (requestsPerMinute) => {
      expect(fromContext({ ...ok, keyId: 'key_1', requestsPerMinute })).toEqual({ authn: 'missing' });
    },
  );

  it('is a missing verdict with a limit of no key', () => {
    expect(fromContext({ ...ok, requestsPerMinute: '30' })).toEqual({ authn: 'missing' });
  });

  it('lets nobody in unless it says ok and names org, workspace, user, scopes and credential, all as text', () => {
    const value = fc.oneof(
      fc.constantFrom('ok', 'missing', 'true', '', 'api_key', 'session_jwt', '*'),
      fc.anything(),
    );
    const context = fc.oneof(
      fc.anything(),
      fc.dictionary(fc.constantFrom(...FIELDS), value),
      fc.record(
        Object.fromEntries(
          Object.entries(ok).map(([field, good]) => [
            field,
            fc.oneof({ weight: 8, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: value }),
          ]),
        ),
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(context, (sent) => {
        const verdict = fromContext(sent);
        if (verdict.authn !== 'ok') {
          return;
        }
        expect(sent).toMatchObject({ authn: 'ok', scopes: expect.any(String) });
        const { orgId, workspaceId, userId, credential } = verdict.principal;
        expect(sent).toMatchObject({ orgId, workspaceId, userId, credential });
        expect([orgId, workspaceId, userId].every((part) => typeof part === 'string' && part !== '')).toBe(
          true,
        );
        expect(['api_key', 'session_jwt']).toContain(credential);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a scope', () => {
  const withScopes = (...scopes: string[]): Principal => ({ ...PRINCIPAL, scopes });

  it('is held by those who were given it, and by those who were given everything', () => {
    expect(hasScope(withScopes('write:chat'), 'write:chat')).toBe(true);
    expect(hasScope(withScopes('*'), 'write:chat')).toBe(true);
  });

  it.each([[[]], [['read:chat']], [['write:chats']], [['write']], [['write:*']], [['WRITE:CHAT']]])(
    'is not held by those who were given %j',
    (scopes) => {
      expect(hasScope(withScopes(...scopes), 'write:chat')).toBe(false);
    },
  );
});
