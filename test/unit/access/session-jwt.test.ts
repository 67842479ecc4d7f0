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
  verify = sessionJwtVerifier([settings()], new PublishedKeys(key));
});

function changed(changes: Record<string, unknown>): Record<string, unknown> {
  return { ...goodClaims(), ...changes };
}

function refused(reason: string) {
  return expect.objectContaining({ authn: reason === 'expired' ? 'expired' : 'invalid', reason });
}

function without(...claims: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(goodClaims()).filter(([name]) => !claims.includes(name)));
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** A good token under another header. */
async function withHeader(changes: Record<string, unknown>): Promise<string> {
  const [, ...payloadAndSignature] = (await sign(key)).split('.');
  return [encode({ alg: key.alg, kid: key.kid, ...changes }), ...payloadAndSignature].join('.');
}

function signedWithSecret(secret: string): Promise<string> {
  return new SignJWT(goodClaims())
    .setProtectedHeader({ alg: 'HS256', kid: key.kid })
    .sign(new TextEncoder().encode(secret));
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
    const verifyOther = sessionJwtVerifier([settings()], new PublishedKeys(other));
    expect(await verifyOther(await sign(other))).toMatchObject({ authn: 'ok' });
  });

  it('may have become valid a moment ago', async () => {
    expect(await verify(await sign(key, changed({ nbf: nowSeconds() - 1 })))).toMatchObject({ authn: 'ok' });
  });
});

describe('the time of a session JWT', () => {
  it('that has expired is over, and the caller is told so', async () => {
    expect(await verify(await sign(key, changed({ exp: nowSeconds() - 12 })))).toEqual(refused('expired'));
    expect(await verify(await sign(key, changed({ exp: 0 })))).toEqual(refused('expired'));
  });

  it('that is yet to come is refused', async () => {
    expect(await verify(await sign(key, changed({ nbf: nowSeconds() + 20 })))).toEqual(
      refused('not_yet_valid'),
    );
    expect(await verify(await sign(key, changed({ iat: nowSeconds() + 20 })))).toEqual(
      refused('issued_in_the_future'),
    );
  });

  it.each([{ nbf: 5 }, { iat: 5 }, { exp: -5 }])(
    'may differ from ours by some seconds: %j',
    async (ahead) => {
      const times = Object.entries(ahead).map(([name, seconds]) => [name, nowSeconds() + seconds]);
      expect(await verify(await sign(key, changed(Object.fromEntries(times))))).toMatchObject({
        authn: 'ok',
      });
    },
  );

  it('may differ by as much as is configured, and no more', async () => {
    const patient = sessionJwtVerifier([settings({ clockToleranceSeconds: 60 })], new PublishedKeys(key));
    const strict = sessionJwtVerifier([settings({ clockToleranceSeconds: 0 })], new PublishedKeys(key));
    const token = await sign(key, changed({ nbf: nowSeconds() + 30 }));
    expect(await patient(token)).toMatchObject({ authn: 'ok' });
    expect(await strict(token)).toEqual(refused('not_yet_valid'));
    expect(await strict(await sign(key, changed({ exp: nowSeconds() - 2 })))).toEqual(refused('expired'));
  });

  it('must have an end', async () => {
    expect(await verify(await sign(key, without('exp')))).toEqual(refused('no_expiry'));
  });

  it.each(['never', null, true, [], {}, 1e20, -1e20])('must end at a moment, not at %j', async (exp) => {
    expect(await verify(await sign(key, changed({ exp })))).toEqual(refused('malformed'));
  });

  it('that is over tells nothing of a token that somebody else signed', async () => {
    expect(await verify(await sign(strangersKey, changed({ exp: 0 })))).toEqual(refused('bad_signature'));
  });
});

describe('a session JWT is refused', () => {
  const badTokens: Record<string, [reason: string, token: () => Promise<string>]> = {
    'signed by another key under the same id': ['bad_signature', () => sign(strangersKey)],
    'with alg none and no signature': ['malformed', async () => new UnsecuredJWT(goodClaims()).encode()],
    'with alg none, our key id and no signature': [
      'malformed',
      async () => `${encode({ alg: 'none', kid: key.kid })}.${encode(goodClaims())}.`,
    ],
    'with alg none and some signature': [
      'wrong_algorithm',
      async () => `${encode({ alg: 'none', kid: key.kid })}.${encode(goodClaims())}.AAAA`,
    ],
    'with alg NONE and the signature of a good one': ['wrong_algorithm', () => withHeader({ alg: 'NONE' })],
    'signed by HS256 with our public key as PEM': [
      'wrong_algorithm',
      async () => signedWithSecret(await exportSPKI(key.publicKey)),
    ],
    'signed by HS256 with our public key as JWK': [
      'wrong_algorithm',
      () => signedWithSecret(JSON.stringify(key.publicJwk)),
    ],
    'that names an algorithm other than its key': ['wrong_algorithm', () => withHeader({ alg: 'RS256' })],
    'by PS256, which the library lacks': ['wrong_algorithm', () => withHeader({ alg: 'PS256' })],
    'without an algorithm': ['wrong_algorithm', () => withHeader({ alg: undefined })],
    'with an unknown key id': ['unknown_key_id', () => sign(key, goodClaims(), { kid: 'key-9' })],
    'with a key id like a property of every object': [
      'unknown_key_id',
      () => sign(key, goodClaims(), { kid: '__proto__' }),
    ],
    'without a key id': [
      'no_key_id',
      async () => new SignJWT(goodClaims()).setProtectedHeader({ alg: key.alg }).sign(key.privateKey),
    ],
    'with a key id that is no text': ['malformed', () => withHeader({ kid: 7 })],
    'with an empty key id': ['no_key_id', () => sign(key, goodClaims(), { kid: '' })],
    'that brings its own key along': [
      'bad_signature',
      () => sign(strangersKey, goodClaims(), { jwk: strangersKey.publicJwk }),
    ],
    'that says where to find its key': [
      'unknown_key_id',
      () => sign(strangersKey, goodClaims(), { jku: 'https://evil.example/jwks.json', kid: 'key-9' }),
    ],
    'with a changed payload': [
      'bad_signature',
      async () => {
        const [header, , signature] = (await sign(key)).split('.');
        return `${header}.${encode(changed({ org_id: 'org_2' }))}.${signature}`;
      },
    ],
    'with a signature cut short': ['bad_signature', async () => (await sign(key)).slice(0, -4)],
    'of another issuer': ['unknown_issuer', () => sign(key, changed({ iss: 'https://evil.example' }))],
    'of our issuer with a slash more': [
      'unknown_issuer',
      () => sign(key, changed({ iss: 'https://issuer.example/' })),
    ],
    'of our issuer in capitals': [
      'unknown_issuer',
      () => sign(key, changed({ iss: 'https://ISSUER.example' })),
    ],
    'without an issuer': ['unknown_issuer', () => sign(key, without('iss'))],
    'for another audience': ['wrong_audience', () => sign(key, changed({ aud: 'other' }))],
    'without a subject': ['bad_subject', () => sign(key, without('sub'))],
    'whose header is no JSON': [
      'malformed',
      async () => `bm8.${(await sign(key)).split('.').slice(1).join('.')}`,
    ],
    'whose payload is a list': [
      'malformed',
      () =>
        new CompactSign(new TextEncoder().encode('[]'))
          .setProtectedHeader({ alg: key.alg, kid: key.kid })
          .sign(key.privateKey),
    ],
    'that demands an extension': ['critical_header', () => withHeader({ crit: ['b64'], b64: false })],
    'of three empty parts': ['malformed', async () => '..'],
    'of three words': ['malformed', async () => 'a.b.c'],
  };

  // The keys of each issuer are asked for anew: an unknown key id makes fetches pause.
  it.each(Object.entries(badTokens))('%s', async (_what, [reason, token]) => {
    const verifyAnew = sessionJwtVerifier([settings()], new PublishedKeys(key));
    expect(await verifyAnew(await token())).toEqual(refused(reason));
  });
});

describe('several issuers', () => {
  it('have keys, audiences and claims of their own', async () => {
    const other = await signingKey('key-1');
    const others = settings({
      issuer: 'https://machines.example/',
      audience: ['machines'],
      jwksUri: null,
      pinnedJwks: jwksOf(other),
      claims: { user: 'client_id', org: { value: 'org_9' }, workspace: { value: 'ws_9' }, scopes: 'scp' },
    });
    const verifyBoth = sessionJwtVerifier([settings(), others], new PublishedKeys(key));
    const machine = {
      iss: 'https://machines.example/',
      aud: 'machines',
      client_id: 'cli_1',
      scp: ['read:chat'],
    };
    expect(await verifyBoth(await sign(key))).toMatchObject({ principal: { orgId: 'org_1' } });
    expect(await verifyBoth(await sign(other, changed(machine)))).toMatchObject({
      principal: { orgId: 'org_9', workspaceId: 'ws_9', userId: 'cli_1', scopes: ['read:chat'] },
    });
    expect(await verifyBoth(await sign(key, changed(machine)))).toEqual(refused('bad_signature'));
    expect(await verifyBoth(await sign(other))).toEqual(refused('bad_signature'));
    expect(await verifyBoth(await sign(other, changed({ ...machine, aud: 'moonborn' })))).toEqual(
      refused('wrong_audience'),
    );
  });

  it('may be none: then every token is of an unknown one', async () => {
    expect(await sessionJwtVerifier([])(await sign(key))).toEqual(refused('unknown_issuer'));
  });
});

describe('keys that were pinned with no issuer to ask', () => {
  it('verify by themselves', async () => {
    const published = new PublishedKeys(strangersKey);
    const pinned = sessionJwtVerifier([settings({ jwksUri: null, pinnedJwks: jwksOf(key) })], published);
    expect(await pinned(await sign(key))).toMatchObject({ authn: 'ok' });
    expect(await pinned(await sign(strangersKey))).toEqual(refused('bad_signature'));
    expect(await pinned(await sign(key, goodClaims(), { kid: 'key-9' }))).toEqual(refused('unknown_key_id'));
    expect(published.fetches).toBe(0);
  });
});
