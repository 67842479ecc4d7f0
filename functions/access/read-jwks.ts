// Reads a JSON Web Key Set. Providers also publish keys that cannot verify a signature: those are left out.
import { isJwk, type Jwk, type Jwks } from 'aws-jwt-verify/jwk';
import { FetchFailed } from './fetch-jwks.ts';

/** For each key type, the curves that aws-jwt-verify supports. */
const CURVES: Readonly<Record<string, readonly unknown[]>> = {
  RSA: [undefined],
  EC: ['P-256', 'P-384', 'P-521'],
  OKP: ['Ed25519', 'Ed448'],
};

/** The fields needed to verify. Certificates (`x5c`), which can be many times as long, are dropped. */
const FIELDS = ['kty', 'kid', 'use', 'alg', 'n', 'e', 'crv', 'x', 'y'] as const;

/**
 * An empty list is valid: the issuer has withdrawn its keys. A list without one well-formed key is an error.
 *
 * @throws FetchFailed when the text is no JWKS
 */
export function readJwks(text: string, address: string): Jwks {
  const published = listIn(text);
  if (published === undefined) {
    throw new FetchFailed(`${address} answered something that is no JWKS`);
  }
  const keys = published.filter((key): key is Jwk => isJwk(key));
  if (keys.length === 0 && published.length > 0) {
    throw new FetchFailed(`${address} answered a JWKS without a single well-formed key`);
  }
  return { keys: keys.filter(canVerify).map(verificationFields) };
}

type Json = Parameters<typeof isJwk>[0];

function listIn(text: string): Json[] | undefined {
  try {
    const value: { keys?: Json } | null = JSON.parse(text.replace(/^\uFEFF/, ''));
    return Array.isArray(value?.keys) ? value.keys : undefined;
  } catch {
    return undefined;
  }
}

function canVerify({ kty, kid, use, crv }: Jwk): boolean {
  return (
    kid !== undefined &&
    (use === undefined || use === 'sig') &&
    Object.hasOwn(CURVES, kty) &&
    CURVES[kty]?.includes(crv) === true
  );
}

function verificationFields(jwk: Jwk): Jwk {
  return Object.fromEntries(
    FIELDS.filter((field) => field in jwk).map((field) => [field, jwk[field]]),
  ) as Jwk;
}
