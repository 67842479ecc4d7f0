// Maps errors of aws-jwt-verify and of an issuer's keys to refusal reasons.
import {
  JwtBaseError,
  JwtExpiredError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
} from 'aws-jwt-verify/error';
import { KeysUnavailable } from './issuer-keys.ts';
import type { RefusalReason } from './refusal-reasons.ts';

export function reasonOf(error: unknown): RefusalReason {
  if (error instanceof JwtExpiredError) {
    return 'expired';
  }
  if (error instanceof JwtNotBeforeError) {
    return 'not_yet_valid';
  }
  if (error instanceof JwtInvalidSignatureError) {
    return 'bad_signature';
  }
  if (error instanceof JwtInvalidSignatureAlgorithmError) {
    return 'wrong_algorithm';
  }
  if (error instanceof JwtWithoutValidKidError) {
    return 'no_key_id';
  }
  if (error instanceof KidNotFoundInJwksError) {
    return 'unknown_key_id';
  }
  if (error instanceof KeysUnavailable) {
    return error.reason;
  }
  const { code = '' } = error as { code?: string };
  if (error instanceof JwtBaseError || code === 'ERR_CRYPTO_INVALID_JWK') {
    return 'unusable_key';
  }
  // Node.js throws on an elliptic curve signature of a wrong length.
  return code.startsWith('ERR_CRYPTO_') || code.startsWith('ERR_OSSL_') ? 'bad_signature' : 'check_failed';
}
