// The idempotency key of a start: its forms, and the session that it always names.
import { hash } from 'node:crypto';
import { type Metadata, metadataText } from './session.ts';
import { encodeUlid } from './ulid.ts';

export const IDEMPOTENCY_KEY_MAX_LENGTH = 255;
export const IDEMPOTENCY_WINDOW_MS = 24 * 60 * 60 * 1000;

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export type IdempotencyKey =
  /** A UUIDv7: the ulid of the session is made from its time and a hash. */
  | { readonly kind: 'uuid-v7'; readonly value: string; readonly timeMs: number }
  /** Any other key: the ulid of the session is stored in an intent item. */
  | { readonly kind: 'opaque'; readonly value: string };

/** The same key of another user, or for another persona, is a different key. */
export interface IntentScope {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly personaId: string;
}

export type ParsedIdempotencyKey = { readonly key: IdempotencyKey } | { readonly problem: string };

/** @param header the header's value, as the gateway hands it over: several headers joined by commas. */
export function parseIdempotencyKey(header: string, nowMs: number): ParsedIdempotencyKey {
  if (header === '') {
    return { problem: 'must not be empty; leave the header out to start without a key' };
  }
  if (header.length > IDEMPOTENCY_KEY_MAX_LENGTH) {
    return { problem: `must be at most ${IDEMPOTENCY_KEY_MAX_LENGTH} characters, was ${header.length}` };
  }
  if (!VISIBLE_ASCII.test(header)) {
    return { problem: 'must be visible ASCII characters only, without spaces and control characters' };
  }
  if (header.includes(',')) {
    return { problem: 'must be sent once and hold no comma; several headers arrive joined by commas' };
  }
  if (!UUID_V7.test(header)) {
    return { key: { kind: 'opaque', value: header } };
  }
  const value = header.toLowerCase();
  const timeMs = Number.parseInt(value.slice(0, 8) + value.slice(9, 13), 16);
  if (Math.abs(timeMs - nowMs) > IDEMPOTENCY_WINDOW_MS) {
    return {
      problem:
        `is a UUIDv7 whose time is more than 24 hours from the server's (${describeOffset(timeMs - nowMs)}); ` +
        'make a new key, and check the clock of the machine that makes them',
    };
  }
  return { key: { kind: 'uuid-v7', value, timeMs } };
}

/** The ulid that a UUIDv7 key names, always the same for the same key and scope. */
export function ulidOfKey(scope: IntentScope, key: IdempotencyKey & { kind: 'uuid-v7' }): string {
  return encodeUlid(key.timeMs, digest(['session', ...scopeParts(scope), key.value]).subarray(0, 10));
}

/** Addresses the intent item of an opaque key, so that the key itself is not stored. */
export function intentHash(scope: IntentScope, key: IdempotencyKey): string {
  return digest(['intent', ...scopeParts(scope), key.value]).toString('base64url');
}

/**
 * Detects another payload under the same key. The hash includes the key, which is stored nowhere, so that a title cannot
 * be guessed from it.
 */
export function payloadFingerprint(
  key: IdempotencyKey,
  { title, metadata }: { readonly title: string | undefined; readonly metadata?: Metadata | undefined },
): string {
  const payload = [title ?? null, ...(metadata === undefined ? [] : [metadataText(metadata)])];
  return digest(['payload', key.value, JSON.stringify(payload)])
    .subarray(0, 16)
    .toString('base64url');
}

function scopeParts(scope: IntentScope): string[] {
  return [scope.orgId, scope.workspaceId, scope.userId, scope.personaId];
}

/** No part contains a line feed (ids, visible ASCII, JSON), so different lists of parts never join to the same text. */
function digest(parts: readonly string[]): Buffer {
  // As text first: for a buffer, `hash` of Node is slower.
  return Buffer.from(hash('sha256', parts.join('\n'), 'hex'), 'hex');
}

function describeOffset(offsetMs: number): string {
  const hours = Math.round(Math.abs(offsetMs) / 3_600_000);
  return `${hours} hours ${offsetMs < 0 ? 'behind' : 'ahead'}`;
}
