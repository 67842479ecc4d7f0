// Session JWTs: the real library, real keys, and every way in which a token may be bad.
import { CompactSign, exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { sessionJwtVerifier } from '../../../functions/access/session-jwt.ts';
import {
  goodClaims,
  jwksOf,
  nowSeconds,
  PublishedKeys,
  type SigningKey,
  settings,
  sign,
  signingKey,
} from './issuer.ts';

let key: SigningKey;
let strangersKey: SigningKey;
let verify: (token: string) => Promise<unknown>;

beforeAll(async () => {
  key = await signingKey('key-1');
  strangersKey = await signingKey('key-1');
  verify = sessionJwtVerifier(settings(), { fetcher: new PublishedKeys(key) });
});

function changed(changes: Record<string, unknown>): Record<string, unknown> {
  return { ...goodClaims(), ...changes };
}

function without(...claims: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(goodClaims()).filter(([name]) => !claims.includes(name)));
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

describe('a good session JWT', () => {
  it('says who calls', async () => {
    expect(await verify(await sign(key))).toEqual({
      authn: 'ok',
      principal: {
        orgId: 'org_1',
        workspaceId: 'ws_1',
        userId: 'usr_1',
        scopes: ['read:chat', 'write:chat'],
        credential: 'session_jwt',
      },
    });
  });

  it.each(['RS256', 'RS512', 'ES384', 'EdDSA'])('may be signed with %s', async (alg) => {
    const other = await signingKey('key-2', alg);
    const verifyOther = sessionJwtVerifier(settings(), { fetcher: new PublishedKeys(other) });
    expect(await verifyOther(await sign(other))).toMatchObject({ authn: 'ok' });
  });

  it('may be for several audiences, ours among them', async () => {
    expect(await verify(await sign(key, changed({ aud: ['other', 'moonborn'] })))).toMatchObject({
      authn: 'ok',
    });
  });

  it('may have become valid a moment ago', async () => {
    expect(await verify(await sign(key, changed({ nbf: nowSeconds() - 1 })))).toMatchObject({ authn: 'ok' });
  });
});

describe('the time of a session JWT', () => {
  it('that has expired is over, and the caller is told so', async () => {
    expect(await verify(await sign(key, changed({ exp: nowSeconds() - 2 })))).toEqual({ authn: 'expired' });
    expect(await verify(await sign(key, changed({ exp: 0 })))).toEqual({ authn: 'expired' });
  });

  it('that is yet to come is refused', async () => {
    expect(await verify(await sign(key, changed({ nbf: nowSeconds() + 60 })))).toEqual({ authn: 'invalid' });
  });

  it('must have an end', async () => {
    expect(await verify(await sign(key, without('exp')))).toEqual({ authn: 'invalid' });
  });

  it.each(['never', null, true, [], {}])('must end at a number, not at %j', async (exp) => {
    expect(await verify(await sign(key, changed({ exp })))).toEqual({ authn: 'invalid' });
  });

  it('that is over tells nothing of a token that somebody else signed', async () => {
    expect(await verify(await sign(strangersKey, changed({ exp: 0 })))).toEqual({ authn: 'invalid' });
  });
});

describe('a session JWT is refused', () => {
  const badTokens: Record<string, () => Promise<string>> = {
    'signed by another key under the same id': () => sign(strangersKey),
    'with alg none and no signature': async () => new UnsecuredJWT(goodClaims()).encode(),
    'with alg none, our key id and no signature': async () =>
      `${encode({ alg: 'none', kid: key.kid })}.${encode(goodClaims())}.`,
    'with alg none and some signature': async () =>
      `${encode({ alg: 'none', kid: key.kid })}.${encode(goodClaims())}.AAAA`,
    'with alg NONE and the signature of a good one': async () =>
      `${encode({ alg: 'NONE', kid: key.kid })}.${(await sign(key)).split('.').slice(1).join('.')}`,
    'signed by HS256 with our public key as PEM': async () =>
      new SignJWT(goodClaims())
        .setProtectedHeader({ alg: 'HS256', kid: key.kid })
        .sign(new TextEncoder().encode(await exportSPKI(key.publicKey))),
    'signed by HS256 with our public key as JWK': () =>
      new SignJWT(goodClaims())
        .setProtectedHeader({ alg: 'HS256', kid: key.kid })
        .sign(new TextEncoder().encode(JSON.stringify(key.publicJwk))),
    'that names an algorithm other than its key': async () =>
      `${encode({ alg: 'RS256', kid: key.kid })}.${(await sign(key)).split('.').slice(1).join('.')}`,
    'without an algorithm': async () =>
      `${encode({ kid: key.kid })}.${(await sign(key)).split('.').slice(1).join('.')}`,
    'with an unknown key id': () => sign(key, goodClaims(), { kid: 'key-9' }),
    'with a key id like a property of every object': () => sign(key, goodClaims(), { kid: '__proto__' }),
    'without a key id': async () =>
      new SignJWT(goodClaims()).setProtectedHeader({ alg: key.alg }).sign(key.privateKey),
    'with an empty key id': () => sign(key, goodClaims(), { kid: '' }),
    'that brings its own key along': () => sign(strangersKey, goodClaims(), { jwk: strangersKey.publicJwk }),
    'that says where to find its key': () =>
      sign(strangersKey, goodClaims(), { jku: 'https://evil.example/jwks.json', kid: 'key-9' }),
    'with a changed payload': async () => {
      const [header, , signature] = (await sign(key)).split('.');
      return `${header}.${encode(changed({ org_id: 'org_2' }))}.${signature}`;
    },
    'with a signature cut short': async () => (await sign(key)).slice(0, -4),
    'of another issuer': () => sign(key, changed({ iss: 'https://evil.example' })),
    'of our issuer with a slash more': () => sign(key, changed({ iss: 'https://issuer.example/' })),
    'of our issuer in capitals': () => sign(key, changed({ iss: 'https://ISSUER.example' })),
    'without an issuer': () => sign(key, without('iss')),
    'for another audience': () => sign(key, changed({ aud: 'other' })),
    'for no audience': () => sign(key, without('aud')),
    'for an empty list of audiences': () => sign(key, changed({ aud: [] })),
    'without a subject': () => sign(key, without('sub')),
    'with an empty subject': () => sign(key, changed({ sub: '' })),
    'with a subject that is a number': () => sign(key, changed({ sub: 7 })),
    'with a subject that would break out of a table key': () => sign(key, changed({ sub: 'usr_1#INTENT' })),
    'whose header is no JSON': async () => `bm8.${(await sign(key)).split('.').slice(1).join('.')}`,
    'whose payload is a list': () =>
      new CompactSign(new TextEncoder().encode('[]'))
        .setProtectedHeader({ alg: key.alg, kid: key.kid })
        .sign(key.privateKey),
    'whose scope is a list, where OAuth has text': () => sign(key, changed({ scope: ['read:chat'] })),
    'of three empty parts': async () => '..',
    'of three words': async () => 'a.b.c',
  };

  it.each(Object.entries(badTokens))('%s', async (_what, token) => {
    expect(await verify(await token())).toEqual({ authn: 'invalid' });
  });
});

describe('the claims that say for whom a session JWT is', () => {
  it.each(['org_id', 'workspace_id'])('must have %s', async (claim) => {
    expect(await verify(await sign(key, without(claim)))).toEqual({ authn: 'invalid' });
  });

  it.each(['', ' ', 'a b', 'a#b', 'a.b', 'x'.repeat(65), null, 7, true, ['org_1'], { id: 'org_1' }])(
    'must be an id, not %j',
    async (id) => {
      expect(await verify(await sign(key, changed({ org_id: id })))).toEqual({ authn: 'invalid' });
      expect(await verify(await sign(key, changed({ workspace_id: id })))).toEqual({ authn: 'invalid' });
    },
  );

  it('are read under the configured names only', async () => {
    const renamed = sessionJwtVerifier(
      settings({ claims: { org: 'https://moonborn.co/org', workspace: 'custom:ws', scopes: 'scp' } }),
      { fetcher: new PublishedKeys(key) },
    );
    expect(await renamed(await sign(key))).toEqual({ authn: 'invalid' });
    const claims = { 'https://moonborn.co/org': 'org_7', 'custom:ws': 'ws_7', scp: ['read:chat'] };
    expect(await renamed(await sign(key, changed(claims)))).toMatchObject({
      principal: { orgId: 'org_7', workspaceId: 'ws_7', scopes: ['read:chat'] },
    });
  });
});

describe('the scopes of a session JWT', () => {
  async function scopesOf(claim: unknown): Promise<unknown> {
    const verifyList = sessionJwtVerifier(
      settings({ claims: { org: 'org_id', workspace: 'workspace_id', scopes: 'scp' } }),
      { fetcher: new PublishedKeys(key) },
    );
    const verdict = await verifyList(await sign(key, changed({ scp: claim })));
    return verdict.authn === 'ok' ? verdict.principal.scopes : verdict.authn;
  }

  it('may be text with spaces, or a list', async () => {
    expect(await scopesOf('read:chat write:chat')).toEqual(['read:chat', 'write:chat']);
    expect(await scopesOf(['read:chat', 'write:chat'])).toEqual(['read:chat', 'write:chat']);
  });

  it.each([
    ['', []],
    ['  read:chat   ', ['read:chat']],
    [[], []],
    [null, []],
    [{ '*': true }, []],
    [7, []],
    [[7, null, '', 'read:chat', ['*'], { scope: '*' }], ['read:chat']],
    [['read:chat *'], []],
    [['read:chat\t*'], []],
  ])('are what %j clearly grants, and no more', async (claim, scopes) => {
    expect(await scopesOf(claim)).toEqual(scopes);
  });

  it('are none when the claim is missing', async () => {
    expect(await verify(await sign(key, without('scope')))).toMatchObject({
      authn: 'ok',
      principal: { scopes: [] },
    });
  });
});

describe('keys that were pinned with no issuer to ask', () => {
  it('verify by themselves', async () => {
    const fetcher = new PublishedKeys(strangersKey);
    const pinned = sessionJwtVerifier(settings({ jwksUri: null, pinnedJwks: jwksOf(key) }), { fetcher });
    expect(await pinned(await sign(key))).toMatchObject({ authn: 'ok' });
    expect(await pinned(await sign(strangersKey))).toEqual({ authn: 'invalid' });
    expect(await pinned(await sign(key, goodClaims(), { kid: 'key-9' }))).toEqual({ authn: 'invalid' });
    expect(fetcher.fetches).toBe(0);
  });
});
