// Session JWTs of the local issuer. Its key pair is kept in `.local`, so that a token survives a restart.
import { existsSync, readFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { writePrivately } from './local-folder.ts';

export const localIssuer = 'https://issuer.moonborn.example/';
export const localAudience = 'moonborn-local';
export const localClaims = { org: 'org_id', workspace: 'workspace_id', scopes: 'scope' } as const;

export interface SigningKey {
  privateJwk: JWK;
  publicJwk: JWK;
}

/** `undefined` removes a default claim. */
type SessionClaims = Record<string, unknown>;

export type SignSessionJwt = (claims: SessionClaims) => Promise<string>;

const ALGORITHM = 'ES256';
const LIFETIME_SECONDS = 12 * 60 * 60;

export async function loadSigningKey(file: string): Promise<SigningKey> {
  const privateJwk = existsSync(file) ? readKey(file) : await createKey(file);
  const { d: _private, ...publicJwk } = privateJwk;
  return { privateJwk, publicJwk };
}

/** Signs the given claims, over the default ones. Checks nothing, so that tests can sign invalid tokens. */
export function sessionJwtSigner({ privateJwk }: SigningKey): SignSessionJwt {
  const key = importJWK(privateJwk, ALGORITHM);
  return async (claims) => {
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: localIssuer,
      aud: localAudience,
      iat: now,
      exp: now + LIFETIME_SECONDS,
      ...claims,
    };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: ALGORITHM, kid: privateJwk.kid ?? '' })
      .sign(await key);
  };
}

function readKey(file: string): JWK {
  let key: JWK | undefined;
  try {
    key = JSON.parse(readFileSync(file, 'utf8')) as JWK;
  } catch {
    // The same remedy as for JSON that is no key.
  }
  if (key?.kid === undefined || key.d === undefined) {
    throw new Error(
      `${file} is not the key that the local stack has written. Delete it: the next start makes another one, and session JWTs of earlier starts are refused from then on.`,
    );
  }
  return key;
}

async function createKey(file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const key = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: 'sig' };
  writePrivately(file, JSON.stringify(key));
  return key;
}
