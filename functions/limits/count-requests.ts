// Counts the requests of an org in one item a minute, together with those of API keys that have their own limit.
import { absent, all, any, type Condition, compare } from '../dynamodb/condition.ts';
import { type Key, number, orgPartition } from '../dynamodb/item.ts';
import type { Table } from '../dynamodb/table.ts';
import type { LimitedCaller } from './rate-limit.ts';

/** Windows are the minutes of the clock, the same for all orgs. */
export const WINDOW_MS = 60_000;

/** How long a count is kept for inspection, until TTL removes it. */
const KEPT_SECONDS = 3_600;

export function windowOf(nowMs: number): number {
  return nowMs - (nowMs % WINDOW_MS);
}

/** A partition for each minute. */
export function requestCountKey(orgId: string, windowMs: number): Key {
  return { pk: `${orgPartition(orgId)}#REQUESTS#${windowMs / 1000}`, sk: 'REQUESTS' };
}

/**
 * One write unit: the item stays below 1 KB up to about seventy keys with their own limit.
 * @param orgLimit the highest count of the org; the one of a key is in `keyLimit`
 * @returns the requests of the minute including this one, or `undefined` when a limit had been reached before.
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

/** The end of the id is random: it is short, and distinct among the keys of an org. */
function keyCountAttribute(keyId: string): string {
  return `K${keyId.slice(-8)}`;
}
