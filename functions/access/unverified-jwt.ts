// Decomposes a JWT. Nothing in it may be trusted before its signature is verified.
import type { DecomposedJwt } from 'aws-jwt-verify/jwt';

export type Claims = Readonly<Record<string, unknown>>;

export interface UnverifiedJwt {
  /** The input of aws-jwt-verify. Its own decomposition refuses claim types that some issuers use. */
  readonly parts: DecomposedJwt;
  readonly header: Claims;
  readonly payload: Claims;
}

const JWT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/** The latest time that a `Date` can hold. */
const LAST_SECOND = 8.64e12;

/** @returns `undefined` for a text that is not a signed JWT, or whose issuer, key, algorithm or times have a wrong type. */
export function decomposeUnverifiedJwt(token: string): UnverifiedJwt | undefined {
  const [, headerB64, payloadB64, signatureB64] = JWT.exec(token) ?? [];
  if (headerB64 === undefined || payloadB64 === undefined || signatureB64 === undefined) {
    return undefined;
  }
  const header = readPart(headerB64);
  const payload = readPart(payloadB64);
  if (header === undefined || payload === undefined) {
    return undefined;
  }
  const { alg, kid } = header;
  const { iss, exp, nbf, iat } = payload;
  if (!isText(alg) || !isText(kid) || !isText(iss) || !isTime(exp) || !isTime(nbf) || !isTime(iat)) {
    return undefined;
  }
  const parts = {
    header: { ...(alg === undefined ? {} : { alg }), ...(kid === undefined ? {} : { kid }) },
    payload: {
      ...(iss === undefined ? {} : { iss }),
      ...(exp === undefined ? {} : { exp }),
      ...(nbf === undefined ? {} : { nbf }),
    },
    headerB64,
    payloadB64,
    signatureB64,
  };
  return { parts, header, payload };
}

function readPart(base64url: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Claims)
      : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Math.abs(value) <= LAST_SECOND);
}
