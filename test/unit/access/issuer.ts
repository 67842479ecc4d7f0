// An OpenID Connect issuer with real keys, whose published keys may change, be damaged or be out of reach.
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';
import { FetchFailed } from '../../../functions/access/fetch-jwks.ts';
import type { IssuerSettings } from '../../../functions/env.ts';

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

export function settings(changes: Partial<IssuerSettings> = {}): IssuerSettings {
  return {
    issuer: ISSUER,
    audience: [AUDIENCE],
    audienceClaim: 'aud',
    jwksUri: `${ISSUER}/.well-known/jwks.json`,
    claims: { user: 'sub', org: 'org_id', workspace: 'workspace_id', scopes: 'scope' },
    scopePrefix: '',
    clockToleranceSeconds: 10,
    ...changes,
  };
}

type PinnedJwks = NonNullable<IssuerSettings['pinnedJwks']>;

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
      throw new FetchFailed(`${ISSUER} cannot be reached: ECONNREFUSED`);
    };
  }

  /** The next answer is what is published now, and comes when it is released. */
  holdNextAnswer(): { release: () => void } {
    const answer = this.#answer;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#answer = async () => {
      await released;
      return answer();
    };
    return { release };
  }

  /** As the option of that name. */
  readonly fetchText = async (address: string): Promise<string> => {
    this.fetches += 1;
    this.lastUri = address;
    return this.#answer();
  };
}
