// Why credentials are refused: a closed list for logs, metrics and operators. Callers learn the outcome, never the reason.
import type { Principal } from './verdict.ts';

/** Each reason with the outcome that the caller sees. */
const OUTCOMES = {
  no_credentials: 'missing',
  /** Another scheme than Bearer, no token, or several headers. */
  malformed_header: 'invalid',

  /** An API key in our form whose checksum is wrong. */
  mistyped_key: 'invalid',
  unknown_key: 'invalid',
  revoked: 'invalid',
  /** An API key or a session JWT. */
  expired: 'expired',

  /** Three parts that are not a JWT. */
  malformed: 'invalid',
  unknown_issuer: 'invalid',
  no_key_id: 'invalid',
  unknown_key_id: 'invalid',
  /** An algorithm that aws-jwt-verify does not support, or that does not fit the key. */
  wrong_algorithm: 'invalid',
  /** The header demands an extension (`crit`); none is supported. */
  critical_header: 'invalid',
  bad_signature: 'invalid',
  no_expiry: 'invalid',
  not_yet_valid: 'invalid',
  issued_in_the_future: 'invalid',
  wrong_audience: 'invalid',
  bad_subject: 'invalid',
  no_org: 'invalid',
  bad_org: 'invalid',
  no_workspace: 'invalid',
  bad_workspace: 'invalid',

  /** An unknown key id during the pause after a fetch: the issuer may have published it since. */
  key_fetch_paused: 'unavailable',
  issuer_unreachable: 'unavailable',
  /** The issuer publishes a key that cannot be used, so no signature by it can be checked. */
  unusable_key: 'unavailable',
  /** The look-up of an API key failed, or the check itself did. */
  check_failed: 'unavailable',
} as const;

export type RefusalReason = keyof typeof OUTCOMES;

export interface Refused {
  readonly authn: (typeof OUTCOMES)[RefusalReason];
  readonly reason: RefusalReason;
  /** The error behind the outcome `unavailable`. */
  readonly cause?: unknown;
}

/** The result of checking credentials. The endpoint gets it as a verdict, without the reason. */
export type Decision = { readonly authn: 'ok'; readonly principal: Principal } | Refused;

export function refused(reason: RefusalReason, cause?: unknown): Refused {
  const authn = OUTCOMES[reason];
  return { authn, reason, ...(authn === 'unavailable' && cause !== undefined ? { cause } : {}) };
}
