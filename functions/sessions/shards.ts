// The write shards of a popular persona: the shard of a session, also after the number of shards was changed.
import type { ShardChange } from '../personas/persona.ts';
import { IDEMPOTENCY_WINDOW_MS } from './idempotency-key.ts';
import { ulidTail } from './ulid.ts';

export const SHARDS_MAX = 64;

/** Covers cached personas, eventually consistent reads and clock differences. */
const SETTLING_MS = 5 * 60_000;

/** @returns the number of shards for starts without a key, or with an opaque key, whose intent item stores the shard. */
export function shardCount(changes: readonly ShardChange[], nowMs: number): number {
  return countAt(changes, nowMs);
}

/**
 * @param keyMs the time in a UUIDv7 key. A key may be a day ahead, so one from before `fromMs` plus a day may have been
 * used before the change: those keys keep the earlier number, so that the same key always gives the same shard.
 */
export function shardCountForKey(changes: readonly ShardChange[], keyMs: number): number {
  return countAt(changes, keyMs - IDEMPOTENCY_WINDOW_MS - SETTLING_MS);
}

/** @returns the number of shards that may contain sessions. */
export function shardsEver(changes: readonly ShardChange[]): number {
  return changes.reduce((most, { count }) => Math.max(most, count), 1);
}

export function shardOf(ulid: string, count: number): number {
  return count === 1 ? 0 : ulidTail(ulid) % count;
}

function countAt(changes: readonly ShardChange[], timeMs: number): number {
  return changes.findLast(({ fromMs }) => fromMs <= timeMs)?.count ?? 1;
}
