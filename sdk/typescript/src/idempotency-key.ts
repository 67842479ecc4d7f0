// The key that makes a start one intent: a caller's own, or a UUIDv7 by this machine's clock.
import type { MoonbornError } from './errors.ts';
import { UsageError } from './errors.ts';
import { mustBe } from './usage.ts';
import { uuidV7 } from './uuid-v7.ts';

/** As the API's OpenAPI document has them. */
export const keyPattern = /^[!-+\--~]+$/;
export const keyMaxLength = 255;

export function checkedKey(key: unknown): string {
  if (typeof key === 'string' && key.length <= keyMaxLength && keyPattern.test(key)) return key;
  throw mustBe('idempotencyKey', `1 to ${keyMaxLength} visible ASCII characters but the comma`, key);
}

export function keyAt(nowMs: number): string {
  const { crypto } = globalThis;
  if (!crypto?.getRandomValues) {
    throw new UsageError('This runtime has no crypto.getRandomValues: pass an `idempotencyKey`.');
  }
  return uuidV7(nowMs, crypto.getRandomValues(new Uint8Array(16)));
}

/** Such an answer proves that its request wrote nothing: the API checks a request before it does anything. */
export function refusesKey({ status, details }: MoonbornError): boolean {
  const issues = status === 422 && details?.issues;
  return Array.isArray(issues) && issues.some((issue) => issue?.path === 'Idempotency-Key');
}
