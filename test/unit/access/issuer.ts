// An OpenID Connect issuer with real keys, whose published keys may change, be damaged or be out of reach.
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';
import type { SessionJwtSettings } from '../../../functions/env.ts';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'moonborn';

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function signingKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    kid,
    alg,
    privateKey,
    publicKey,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
  };
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** The claims of a token that is good in every way. */
export function goodClaims(): Record<string, unknown> {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'usr_1',
    iat: nowSeconds(),
    exp: nowSeconds() + 300,
    org_id: 'org_1',
    workspace_id: 'ws_1',
    scope: 'read:chat write:chat',
  };
}

export function sign(
  key: SigningKey,
  claims: Record<string, unknown> = goodClaims(),
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(key.privateKey);
}

export function settings(changes: Partial<SessionJwtSettings> = {}): SessionJwtSettings {
  return {
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUri: `${ISSUER}/.well-known/jwks.json`,
    pinnedJwks: undefined,
    claims: { org: 'org_id', workspace: 'workspace_id', scopes: 'scope' },
    ...changes,
  };
}

type PinnedJwks = NonNullable<SessionJwtSettings['pinnedJwks']>;

export function jwksOf(...keys: SigningKey[]): PinnedJwks {
  return { keys: keys.map(({ publicJwk }) => publicJwk) } as PinnedJwks;
}

/** What the issuer serves at its JWKS address, and how often it was asked. */
export class PublishedKeys {
  fetches = 0;
  lastUri = '';
  #answer: () => Promise<string>;

  constructor(...keys: SigningKey[]) {
    this.#answer = async () => JSON.stringify(jwksOf(...keys));
  }

  publish(...keys: SigningKey[]): void {
    this.#answer = async () => JSON.stringify(jwksOf(...keys));
  }

  answerWith(text: string): void {
    this.#answer = async () => text;
  }

  goDown(): void {
    this.#answer = async () => {
      throw new Error('connect ECONNREFUSED');
    };
  }

  async fetch(uri: string): Promise<ArrayBuffer> {
    this.fetches += 1;
    this.lastUri = uri;
    return new TextEncoder().encode(await this.#answer()).buffer as ArrayBuffer;
  }
}
