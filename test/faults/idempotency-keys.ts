// Idempotency keys of both kinds.
import { randomBytes, randomUUID } from 'node:crypto';

/** Names the session itself. */
export function uuidV7(timeMs: number = Date.now()): string {
  const time = timeMs.toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  const variant = '89ab'.charAt(Number.parseInt(random.charAt(3), 16) % 4);
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${random.slice(0, 3)}`,
    variant + random.slice(4, 7),
    random.slice(8, 20),
  ].join('-');
}

/** Is remembered in an intent item. */
export function uuidV4(): string {
  return randomUUID();
}

export const KEY_KINDS = [
  ['a UUIDv7', uuidV7],
  ['a UUIDv4', uuidV4],
] as const;
