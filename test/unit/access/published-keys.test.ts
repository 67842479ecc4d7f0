// The keys of an issuer as providers really publish them.
import type { JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { sessionJwtVerifier } from '../../../functions/access/session-jwt.ts';
import { PublishedKeys, type SigningKey, settings, sign, signingKey } from './issuer.ts';

const OK = expect.objectContaining({ authn: 'ok' });

describe('the published keys are taken as providers publish them', () => {
  const certificate = 'MIIC'.repeat(500);

  async function verdictWhenPublished(answer: (key: SigningKey, others: JWK[]) => string, alg = 'ES256') {
    const key = await signingKey('key-1', alg);
    const published = new PublishedKeys(key);
    published.answerWith(
      answer(key, [
        { kty: 'AKP', kid: 'key-2' },
        { kty: 'oct', kid: 'key-3', k: 'AAAA' },
      ]),
    );
    return sessionJwtVerifier([settings()], published)(await sign(key));
  }

  it.each<[what: string, answer: (key: SigningKey, others: JWK[]) => string, alg?: string]>([
    ['with a byte order mark', ({ publicJwk }) => `\ufeff${JSON.stringify({ keys: [publicJwk] })}`],
    [
      'without an algorithm, as RSA keys often are',
      ({ publicJwk: { alg: _alg, ...jwk } }) => JSON.stringify({ keys: [jwk] }),
      'RS256',
    ],
    ['without a use', ({ publicJwk: { use: _use, ...jwk } }) => JSON.stringify({ keys: [jwk] })],
    [
      'beside types that are not known',
      ({ publicJwk }, others) => JSON.stringify({ keys: [...others, publicJwk] }),
    ],
    [
      'beside entries that are no keys',
      ({ publicJwk }) => JSON.stringify({ keys: [null, {}, 7, publicJwk] }),
    ],
    [
      'beside the same id for encryption',
      ({ publicJwk }) => JSON.stringify({ keys: [{ ...publicJwk, use: 'enc' }, publicJwk] }),
    ],
    [
      'with certificates',
      ({ publicJwk }) => JSON.stringify({ keys: [{ ...publicJwk, x5c: [certificate], x5t: 'AAAA' }] }),
    ],
    [
      'as the last of 60, each with its certificate',
      ({ publicJwk }) =>
        JSON.stringify({
          keys: Array.from({ length: 60 }, (_, i) => ({
            ...publicJwk,
            kid: i === 59 ? publicJwk.kid : `other-${i}`,
            x5c: [certificate],
          })),
        }),
    ],
  ])('%s', async (_what, answer, alg) => {
    expect(await verdictWhenPublished(answer, alg)).toEqual(OK);
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
