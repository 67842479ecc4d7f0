// Tokens of a shape, signed with a key that stands for the provider's, and the configuration that trusts it.
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { documentedConfigs, type Issuers, issuersOf } from './documented-config.ts';
import type { TokenShape } from './token-shapes.ts';

export interface Provider {
  readonly shape: TokenShape;
  /** Without the pinned key: what the page says. */
  readonly documented: Record<string, unknown>;
  /** The documented configuration with the key of this test. */
  readonly issuers: Issuers;
  sign(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

const LIFETIME_SECONDS = 60;

export async function providerOf(shape: TokenShape): Promise<Provider> {
  const documented = documentedConfigs().get(shape.section);
  if (documented === undefined || Array.isArray(documented)) {
    throw new Error(`docs/identity-providers.md has no configuration of one issuer under "${shape.section}"`);
  }
  const kid = `key of ${shape.section}, ${shape.what}`;
  const { publicKey, privateKey } = await generateKeyPair(shape.alg, { extractable: true });
  return {
    shape,
    documented,
    issuers: issuersOf({
      ...documented,
      jwksUri: null,
      pinnedJwks: { keys: [await published(publicKey, shape, kid)] },
    }),
    sign: (claims = {}, header = {}) => signed(privateKey, shape, claims, { kid, ...header }),
  };
}

async function published(publicKey: CryptoKey, { alg, publishedAs }: TokenShape, kid: string): Promise<JWK> {
  return { ...(await exportJWK(publicKey)), kid, alg, use: 'sig', ...publishedAs };
}

function signed(
  privateKey: CryptoKey,
  { alg, claims, header }: TokenShape,
  changes: Record<string, unknown>,
  headerChanges: Record<string, unknown>,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iat: now, exp: now + LIFETIME_SECONDS, ...claims, ...changes };
  return new SignJWT(payload).setProtectedHeader({ alg, ...header, ...headerChanges }).sign(privateKey);
}

/** One configuration for all: the shapes of one issuer share its settings, each with a key of its own. */
export function mergedIssuers(providers: readonly Provider[]): Issuers {
  const all = providers.flatMap(({ issuers }) => issuers);
  const named = new Map(all.map((one) => [one.issuer, one] as const));
  return [...named.values()].map((one) => ({
    ...one,
    pinnedJwks: {
      keys: all
        .filter(({ issuer }) => issuer === one.issuer)
        .flatMap(({ pinnedJwks }) => [...(pinnedJwks?.keys ?? [])]),
    },
  }));
}
