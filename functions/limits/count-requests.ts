// Counts an org's requests of one minute in one item, and with them those of a key that has a limit of its own.
import { absent, all, any, type Condition, compare } from '../dynamodb/condition.ts';
import { type Key, number, orgPartition } from '../dynamodb/item.ts';
import type { Table } from '../dynamodb/table.ts';
import type { LimitedCaller } from './rate-limit.ts';

/** Windows are the minutes of the clock, the same for everyone. */
export const WINDOW_MS = 60_000;

/** How long the item of a minute stays for those who look into it; TTL removes it after that. */
const KEPT_SECONDS = 3_600;

export function windowOf(nowMs: number): number {
  return nowMs - (nowMs % WINDOW_MS);
}

/** Each minute in a partition of its own. */
export function requestCountKey(orgId: string, windowMs: number): Key {
  return { pk: `${orgPartition(orgId)}#REQUESTS#${windowMs / 1000}`, sk: 'REQUESTS' };
}

/**
 * One write unit: the item stays below 1 KB up to some seventy keys with a limit of their own.
 * @param orgLimit nothing is counted any more once the org has made so many; a key has its own limit with it
 * @returns the requests of the minute with this one, or `undefined` when a limit had been reached before.
 */
export async function countRequest(
  table: Table,
  { orgId, keyLimit }: LimitedCaller,
  windowMs: number,
  orgLimit: number,
): Promise<{ readonly org: number; readonly key: number } | undefined> {
  const keyCount = keyLimit && keyCountAttribute(keyLimit.keyId);
  const update = await table.update(
    requestCountKey(orgId, windowMs),
    {
      set: { expiresAt: (windowMs + WINDOW_MS) / 1000 + KEPT_SECONDS },
      add: { requests: 1, ...(keyCount && { [keyCount]: 1 }) },
    },
    all(
      isBelow('requests', orgLimit),
      ...(keyLimit && keyCount ? [isBelow(keyCount, keyLimit.requestsPerMinute)] : []),
    ),
  );
  return update.written
    ? { org: number(update.item, 'requests'), key: keyCount ? number(update.item, keyCount) : 0 }
    : undefined;
}

function isBelow(count: string, limit: number): Condition {
  return any(absent(count), compare(count, '<', limit));
}

/** The random end of the id tells an org's keys apart, and is short. */
function keyCountAttribute(keyId: string): string {
  return `K${keyId.slice(-8)}`;
}
