// The token of an Authorization header.

const BEARER = /^Bearer +([^\s,]+)$/i;

export type BearerToken =
  | { readonly kind: 'missing' }
  /** Another scheme, no token, or several headers, which the gateway joins by commas. */
  | { readonly kind: 'invalid' }
  | { readonly kind: 'api-key'; readonly token: string }
  | { readonly kind: 'session-jwt'; readonly token: string };

export function readBearerToken(authorization: string | undefined): BearerToken {
  if (authorization === undefined || authorization.trim() === '') {
    return { kind: 'missing' };
  }
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) {
    return { kind: 'invalid' };
  }
  return { kind: token.split('.').length === 3 ? 'session-jwt' : 'api-key', token };
}
