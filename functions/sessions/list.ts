// A page of a persona's sessions in one workspace, newest first by the time in their ids.
import type { Table } from '../dynamodb/table.ts';
import { getPersona, isVisiblePersona, shardPartition } from '../personas/persona.ts';
import type { Session, SessionStatus } from './session.ts';
import {
  isListedAs,
  liveSession,
  sessionAddressOf,
  sessionKey,
  sessionNow,
  sessionSortKeyPrefix,
} from './session-item.ts';
import { shardsEver } from './shards.ts';

export interface ListSessions {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly personaId: string;
  /** `undefined` for all sessions that are not archived. */
  readonly status: SessionStatus | undefined;
  readonly limit: number;
  /** The last ulid of the previous page. */
  readonly afterUlid: string | undefined;
  readonly nowMs: number;
}

export interface SessionPage {
  readonly sessions: readonly Session[];
  /** The `afterUlid` of the next page; absent on the last page. */
  readonly lastUlid?: string;
}

/** The part of a page that one shard contributes. */
interface ShardPage {
  readonly shard: number;
  readonly found: readonly { readonly ulid: string; readonly session: Session }[];
  /** The ulid down to which the shard was read; absent when it was read to its end. */
  readonly readTo?: string | undefined;
}

/** Items that one call reads, over all shards: some 75 read units with few shards and 130 with 64, when most are small. */
export const LOOKED_AT_MAX = 1_000;

export type ListOutcome =
  | { readonly outcome: 'listed'; readonly page: SessionPage }
  | { readonly outcome: 'persona_not_found' };

/**
 * Strongly consistent: a session is in the list as soon as it is started. One read unit for each 4 KB that are read,
 * about 14 sessions, in each shard; deleted and expired ones count too until TTL removes them. A page may be short or
 * empty without being the last.
 */
export async function listSessions(table: Table, list: ListSessions): Promise<ListOutcome> {
  const { orgId, workspaceId, personaId, limit } = list;
  // One more than the page holds tells whether there is another page.
  const [persona, first] = await Promise.all([
    getPersona(table, orgId, personaId),
    readShard(table, list, { shard: 0, found: [], readTo: list.afterUlid }, limit + 1),
  ]);
  if (!isVisiblePersona(persona, workspaceId)) {
    return { outcome: 'persona_not_found' };
  }
  const shards = shardsEver(persona.shardChanges ?? []);
  const each = Math.min(limit + 1, Math.floor((LOOKED_AT_MAX - (limit + 1)) / Math.max(1, shards - 1)));
  const others = Array.from({ length: shards - 1 }, (_, i) =>
    readShard(table, list, { shard: i + 1, found: [], readTo: list.afterUlid }, each),
  );
  const pages = [first, ...(await Promise.all(others))];
  const left = LOOKED_AT_MAX - (limit + 1) - each * (shards - 1);
  return { outcome: 'listed', page: merge(await readOn(table, list, pages, left), limit) };
}

/** Reads the shards that are behind once more, when the filter left out so many items that the page may be short. */
async function readOn(
  table: Table,
  list: ListSessions,
  pages: readonly ShardPage[],
  items: number,
): Promise<readonly ShardPage[]> {
  const behind = pages.filter(({ found, readTo }) => readTo !== undefined && found.length <= list.limit);
  const each = Math.floor(items / behind.length);
  // One more than the page holds tells that there is another page.
  const isFull = merge(pages, list.limit + 1).sessions.length > list.limit;
  if (isFull || behind.length === 0 || each < 1) {
    return pages;
  }
  return Promise.all(
    pages.map((page) => (behind.includes(page) ? readShard(table, list, page, each) : page)),
  );
}

/** Continues after the last item that was read of the shard. */
async function readShard(
  table: Table,
  list: ListSessions,
  from: ShardPage,
  itemsMax: number,
): Promise<ShardPage> {
  const { orgId, personaId, workspaceId, nowMs } = list;
  const { shard, readTo } = from;
  const { items, lastKey } = await table.query({
    partition: shardPartition(orgId, personaId, shard),
    sortKeyPrefix: sessionSortKeyPrefix(workspaceId),
    filter: isListedAs(list.status, nowMs),
    after:
      readTo === undefined ? undefined : sessionKey({ orgId, workspaceId, personaId, shard, ulid: readTo }),
    order: 'descending',
    limit: itemsMax,
  });
  const found = items.flatMap((item) => {
    const stored = liveSession(item, nowMs);
    return stored === undefined ? [] : { ulid: stored.address.ulid, session: sessionNow(stored) };
  });
  return {
    shard,
    found: [...from.found, ...found],
    readTo: lastKey && sessionAddressOf(lastKey)?.ulid,
  };
}

/** Shows sessions down to the point to which every shard was read: below it, a shard may have more that were not read. */
function merge(pages: readonly ShardPage[], limit: number): SessionPage {
  const readTo = pages
    .flatMap((page) => page.readTo ?? [])
    .sort()
    .at(-1);
  const sorted = pages
    .flatMap(({ found }) => found)
    .filter(({ ulid }) => readTo === undefined || ulid >= readTo)
    .sort((a, b) => (a.ulid < b.ulid ? 1 : -1));
  const shown = sorted.slice(0, limit);
  const lastUlid = sorted.length > limit ? shown.at(-1)?.ulid : readTo;
  const sessions = shown.map(({ session }) => session);
  return lastUlid === undefined ? { sessions } : { sessions, lastUlid };
}
