// Session JWTs of one OpenID Connect issuer, and the claims that say who calls.
import { JwtVerifier } from 'aws-jwt-verify';
import { JwtExpiredError } from 'aws-jwt-verify/error';
import { Outage } from '../aws/outage.ts';
import { isOpaqueId } from '../dynamodb/key.ts';
import type { SessionJwtSettings } from '../env.ts';
import { IssuerKeys, type IssuerKeysOptions } from './issuer-keys.ts';
import type { Verdict } from './verdict.ts';

export type SessionJwtVerifier = (unverifiedToken: string) => Promise<Verdict>;

/** @param overrides a fetcher and a clock, for tests. */
export function sessionJwtVerifier(
  settings: SessionJwtSettings,
  overrides: Pick<IssuerKeysOptions, 'fetcher' | 'now'> = {},
): SessionJwtVerifier {
  const verifier = JwtVerifier.create(
    {
      issuer: settings.issuer,
      audience: settings.audience,
      jwksUri: settings.jwksUri ?? `${settings.issuer.replace(/\/$/, '')}/.well-known/jwks.json`,
      customJwtCheck: ({ payload }) => requireLifetimeAndSubject(payload),
    },
    {
      jwksCache: new IssuerKeys({
        issuer: settings.issuer,
        pinnedOnly: settings.jwksUri === null,
        pinnedJwks: settings.pinnedJwks,
        ...overrides,
      }),
    },
  );

  return async (unverifiedToken) => {
    try {
      return verdictOf(await verifier.verify(unverifiedToken), settings);
    } catch (error) {
      if (error instanceof Outage) {
        return { authn: 'unavailable' };
      }
      return { authn: error instanceof JwtExpiredError ? 'expired' : 'invalid' };
    }
  };
}

/** The library accepts tokens without either. */
function requireLifetimeAndSubject(payload: { exp?: unknown; sub?: unknown }): void {
  if (typeof payload.exp !== 'number') {
    throw new Error('The session JWT has no exp');
  }
  if (typeof payload.sub !== 'string') {
    throw new Error('The session JWT has no sub');
  }
}

function verdictOf(payload: Record<string, unknown>, { claims }: SessionJwtSettings): Verdict {
  const userId = payload.sub;
  const orgId = payload[claims.org];
  const workspaceId = payload[claims.workspace];
  if (!isOpaqueId(userId) || !isOpaqueId(orgId) || !isOpaqueId(workspaceId)) {
    return { authn: 'invalid' };
  }
  return {
    authn: 'ok',
    principal: {
      orgId,
      workspaceId,
      userId,
      scopes: scopesOf(payload[claims.scopes]),
      credential: 'session_jwt',
    },
  };
}

/** OAuth writes scopes as one string with spaces, some issuers as an array. */
function scopesOf(claim: unknown): string[] {
  const scopes = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return scopes.filter((scope): scope is string => typeof scope === 'string' && /^[^\s]+$/.test(scope));
}
