// Session JWTs of the configured OpenID Connect issuers.
import type { DecomposedJwt } from 'aws-jwt-verify/jwt';
import { JwtVerifierBase, type JwtVerifierProperties } from 'aws-jwt-verify/jwt-verifier';
import type { IssuerSettings } from '../env.ts';
import { claimProblem, principalOf } from './claims.ts';
import type { FetchFailed } from './fetch-jwks.ts';
import { IssuerKeys, type IssuerKeysOptions } from './issuer-keys.ts';
import { reasonOf } from './jwt-errors.ts';
import { type Decision, refused } from './refusal-reasons.ts';
import { decomposeUnverifiedJwt } from './unverified-jwt.ts';

export type SessionJwtVerifier = (unverifiedToken: string) => Promise<Decision>;

export type SessionJwtOptions = Pick<IssuerKeysOptions, 'fetchText' | 'now'> & {
  readonly onFetchFailed?: (failure: FetchFailed) => void;
};

/** @param issuers with distinct names; an empty list refuses every token */
export function sessionJwtVerifier(
  issuers: readonly IssuerSettings[],
  options: SessionJwtOptions = {},
): SessionJwtVerifier {
  const verifiers = new Map(
    issuers.map((settings) => [settings.issuer, new IssuerVerifier(settings, options)] as const),
  );
  return async (unverifiedToken) => {
    const jwt = decomposeUnverifiedJwt(unverifiedToken);
    if (jwt === undefined) {
      return refused('malformed');
    }
    const verifier = verifiers.get(jwt.parts.payload.iss ?? '');
    if (verifier === undefined) {
      return refused('unknown_issuer');
    }
    if (jwt.header.crit !== undefined) {
      return refused('critical_header');
    }
    try {
      await verifier.verifySignatureAndTime(jwt.parts);
    } catch (error) {
      return refused(reasonOf(error), error instanceof Error ? (error.cause ?? error) : error);
    }
    const reason = claimProblem(jwt.payload, verifier.settings);
    return reason === undefined
      ? { authn: 'ok', principal: principalOf(jwt.payload, verifier.settings) }
      : refused(reason);
  };
}

/** The library checks signature, issuer and time. The audience and the other claims are checked in claims.ts. */
type TimeAndIssuer = { readonly audience: null; readonly graceSeconds: number };

/** Verifies decomposed tokens of one issuer. */
class IssuerVerifier extends JwtVerifierBase<TimeAndIssuer, JwtVerifierProperties<TimeAndIssuer>, false> {
  readonly settings: IssuerSettings;
  readonly #jwksUri: string;

  constructor(settings: IssuerSettings, options: SessionJwtOptions) {
    const { issuer, jwksUri, pinnedJwks, clockToleranceSeconds } = settings;
    super(
      { issuer, audience: null, graceSeconds: clockToleranceSeconds },
      new IssuerKeys({ pinnedOnly: jwksUri === null, pinnedJwks, ...options }),
    );
    this.settings = settings;
    this.#jwksUri = jwksUri ?? '';
  }

  /** @throws an error that {@link reasonOf} maps to a reason */
  async verifySignatureAndTime(unverified: DecomposedJwt): Promise<void> {
    const { issuer, clockToleranceSeconds } = this.settings;
    await this.verifyDecomposedJwt(unverified, this.#jwksUri, {
      ...this.getIssuerConfig(issuer),
      audience: null,
      graceSeconds: clockToleranceSeconds,
    });
  }
}
