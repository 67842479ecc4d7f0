// User ids: the subjects of an identity provider, stored and returned unchanged.

/** OpenID Connect Core, section 2: at most 255 ASCII characters, case-sensitive. Control characters are not accepted. */
const USER_ID = /^[\x20-\x7e]{1,255}$/;

export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID.test(value);
}
