// User ids: an identity provider's subjects, kept and returned as they came.

/** OpenID Connect Core, section 2: at most 255 ASCII characters, case-sensitive. We leave out control characters. */
const USER_ID = /^[\x20-\x7e]{1,255}$/;

export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID.test(value);
}
