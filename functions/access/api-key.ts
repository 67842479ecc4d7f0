// API keys: their format, their checksum against typing errors, and their state.
import { createHash } from 'node:crypto';

export const API_KEY_ENVIRONMENTS = ['live', 'test'] as const;
export type ApiKeyEnvironment = (typeof API_KEY_ENVIRONMENTS)[number];

export const API_KEY_STATUSES = ['active', 'revoked'] as const;

/** An API key as stored, under its hash. The key itself is never stored. */
export interface ApiKeyRecord {
  readonly keyId: string;
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly environment: ApiKeyEnvironment;
  readonly status: (typeof API_KEY_STATUSES)[number];
  /** RFC 3339. Absent: valid until revoked. */
  readonly expiresOn?: string | undefined;
  /** Absent: the key has no limit of its own, only that of its org. */
  readonly requestsPerMinute?: number | undefined;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const OWN_PREFIX = /^sk_(?:live|test)_/;
const OWN_FORM = /^sk_(?:live|test)_[0-9A-Za-z]{36}$/;
const RANDOM_CHARACTERS = 30;
const CHECKSUM_CHARACTERS = 6;

/** 30 base62 characters hold 178 bits. */
export const API_KEY_RANDOM_BYTES = 23;

/**
 * @param random {@link API_KEY_RANDOM_BYTES} random bytes
 * @returns `sk_<environment>_`, 30 random base62 characters and a checksum of 6 over all before it.
 */
export function formatApiKey(environment: ApiKeyEnvironment, random: Uint8Array): string {
  if (random.length !== API_KEY_RANDOM_BYTES) {
    throw new RangeError(`An API key takes ${API_KEY_RANDOM_BYTES} random bytes, not ${random.length}`);
  }
  const number = BigInt(`0x${Buffer.from(random).toString('hex')}`);
  const body = `sk_${environment}_${base62(number, RANDOM_CHARACTERS)}`;
  return body + checksum(body);
}

/** True for a key with our prefix and a wrong form or checksum, which is refused without a look-up. */
export function isMistypedApiKey(key: string): boolean {
  if (!OWN_PREFIX.test(key)) {
    return false;
  }
  return (
    !OWN_FORM.test(key) || checksum(key.slice(0, -CHECKSUM_CHARACTERS)) !== key.slice(-CHECKSUM_CHARACTERS)
  );
}

/** The hash under which a key is stored. The random part is long enough that no salt is needed. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

export function apiKeyState(record: ApiKeyRecord, nowMs: number): 'active' | 'revoked' | 'expired' {
  if (record.status !== 'active') {
    return 'revoked';
  }
  // An unreadable expiry is NaN, for which this comparison is false: the key counts as expired.
  return record.expiresOn === undefined || nowMs < Date.parse(record.expiresOn) ? 'active' : 'expired';
}

function checksum(body: string): string {
  // Loaded for API keys only: it takes a tenth of the first call with a session JWT.
  const { crc32 } = process.getBuiltinModule('node:zlib');
  return base62(BigInt(crc32(body)), CHECKSUM_CHARACTERS);
}

function base62(number: bigint, length: number): string {
  let rest = number;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text = BASE62.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}
