// The write shards of a popular persona: into which part of it a session goes, now and after the number was changed.
import type { ShardChange } from '../personas/persona.ts';
import { IDEMPOTENCY_WINDOW_MS } from './idempotency-key.ts';
import { ulidTail } from './ulid.ts';

export const SHARDS_MAX = 64;

/** Covers personas that are remembered, reads that lag behind, and clocks that differ. */
const SETTLING_MS = 5 * 60_000;

/** @returns how many shards take starts that carry no key, or one whose shard is remembered. */
export function shardCount(changes: readonly ShardChange[], nowMs: number): number {
  return countAt(changes, nowMs);
}

/**
 * @param keyMs the time that a UUIDv7 key carries. A key may be a day ahead, so one from before `fromMs` plus a day may
 * have been used before the change: all of those stay with the number that held then, and the same key meets the same
 * shard for ever.
 */
export function shardCountForKey(changes: readonly ShardChange[], keyMs: number): number {
  return countAt(changes, keyMs - IDEMPOTENCY_WINDOW_MS - SETTLING_MS);
}

/** @returns in how many shards there may be sessions. */
export function shardsEver(changes: readonly ShardChange[]): number {
  return changes.reduce((most, { count }) => Math.max(most, count), 1);
}

export function shardOf(ulid: string, count: number): number {
  return count === 1 ? 0 : ulidTail(ulid) % count;
}

function countAt(changes: readonly ShardChange[], timeMs: number): number {
  return changes.findLast(({ fromMs }) => fromMs <= timeMs)?.count ?? 1;
}
