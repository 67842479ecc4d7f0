// The keys of an issuer as providers really publish them.
import type { JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { sessionJwtVerifier } from '../../../functions/access/session-jwt.ts';
import { PublishedKeys, settings, sign, signingKey } from './issuer.ts';

const OK = expect.objectContaining({ authn: 'ok' });

describe('the published keys are taken as providers publish them', () => {
  const certificate = 'MIIC'.repeat(500);

  it.each<[what: string, keysOf: (jwk: JWK) => unknown[], alg?: string]>([
    ['without an algorithm, as RSA keys often are', ({ alg: _alg, ...jwk }) => [jwk], 'RS256'],
    ['without a use', ({ use: _use, ...jwk }) => [jwk]],
    [
      'beside types that are not known',
      (jwk) => [{ kty: 'AKP', kid: 'key-2' }, { kty: 'oct', kid: 'key-3', k: 'AAAA' }, jwk],
    ],
    ['beside entries that are no keys', (jwk) => [null, {}, 7, jwk]],
    ['beside the same id for encryption', (jwk) => [{ ...jwk, use: 'enc' }, jwk]],
    ['with certificates', (jwk) => [{ ...jwk, x5c: [certificate], x5t: 'AAAA' }]],
    [
      'as the last of 60, each with its certificate',
      (jwk) =>
        Array.from({ length: 60 }, (_, i) => ({
          ...jwk,
          kid: i === 59 ? jwk.kid : `other-${i}`,
          x5c: [certificate],
        })),
    ],
  ])('%s, with a byte order mark or without', async (_what, keysOf, alg) => {
    const key = await signingKey('key-1', alg);
    const text = JSON.stringify({ keys: keysOf(key.publicJwk) });
    for (const answer of [text, `\ufeff${text}`]) {
      const published = new PublishedKeys(key);
      published.answerWith(answer);
      expect(await sessionJwtVerifier([settings()], published)(await sign(key))).toEqual(OK);
    }
  });

  it('but not with an algorithm of another type of key, whose own they do not say', async () => {
    const rsa = await signingKey('key-1', 'RS256');
    const { alg: _alg, ...publicJwk } = rsa.publicJwk;
    for (const alg of ['ES256', 'EdDSA']) {
      const verify = sessionJwtVerifier([settings()], new PublishedKeys({ ...rsa, publicJwk }));
      const [, payload, signature] = (await sign(rsa)).split('.');
      const header = Buffer.from(JSON.stringify({ alg, kid: 'key-1' })).toString('base64url');
      expect(await verify(`${header}.${payload}.${signature}`)).toMatchObject({ reason: 'wrong_algorithm' });
    }
  });

  it('a key that is damaged says nothing of the tokens that it signed', async () => {
    const key = await signingKey('key-1');
    const damaged = { ...key, publicJwk: { ...key.publicJwk, x: 'AAAA' } };
    const verify = sessionJwtVerifier([settings()], new PublishedKeys(damaged));
    expect(await verify(await sign(key))).toMatchObject({ authn: 'unavailable', reason: 'unusable_key' });
  });
});
