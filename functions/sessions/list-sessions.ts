// A page of a persona's sessions in one workspace, newest first.
import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { sessionKey, sessionSortKeyPrefix, shardPartition } from '../dynamodb/keys.ts';
import { callOptions, reach, type Table } from '../dynamodb/table.ts';
import { getPersona } from '../personas/get-persona.ts';
import { isVisiblePersona } from '../personas/persona.ts';
import type { Session, SessionStatus } from './session.ts';
import { type SessionItem, sessionNow } from './session-item.ts';
import { shardsEver } from './shards.ts';

export interface ListSessions {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly personaId: string;
  readonly statuses: readonly SessionStatus[];
  readonly limit: number;
  /** The last ulid of the page before. */
  readonly afterUlid: string | undefined;
  readonly nowMs: number;
}

export interface SessionPage {
  readonly sessions: readonly Session[];
  /** Where the next page begins; absent on the last page. */
  readonly lastUlid?: string;
}

/** What one shard holds of a page. */
interface ShardPage {
  readonly found: readonly { readonly ulid: string; readonly session: Session }[];
  /** Whatever the shard holds from here on was looked at; absent when that is all. */
  readonly seenTo?: string;
}

/** Rounds that find too few go on with more items each, and in the end with a page that is not full. */
const FURTHER_ROUND_ITEMS = 500;
const ROUNDS_MAX = 4;

/**
 * Strongly consistent: a session is in the list from the moment it was started. One read unit for 4 KB that are passed
 * over, about 14 sessions, in each shard; deleted and expired ones count too until they are removed.
 * @returns `undefined` when the workspace sees no such persona.
 */
export async function listSessions(table: Table, list: ListSessions): Promise<SessionPage | undefined> {
  const [persona, first] = await Promise.all([
    getPersona(table, list.orgId, list.personaId),
    readShard(table, list, 0),
  ]);
  if (!isVisiblePersona(persona, list.workspaceId)) {
    return undefined;
  }
  const others = Array.from({ length: shardsEver(persona.shardChanges ?? []) - 1 }, (_, i) =>
    readShard(table, list, i + 1),
  );
  return merge([first, ...(await Promise.all(others))], list.limit);
}

async function readShard(table: Table, list: ListSessions, shard: number): Promise<ShardPage> {
  const found: SessionItem[] = [];
  let afterUlid = list.afterUlid;
  for (let round = 1; ; round += 1) {
    // One more than the page holds tells whether there is another page.
    const { Items = [], LastEvaluatedKey } = await query(table, list, shard, {
      afterUlid,
      items: round === 1 ? list.limit + 1 : FURTHER_ROUND_ITEMS,
    });
    found.push(...(Items as SessionItem[]));
    afterUlid = LastEvaluatedKey && ulidOf(LastEvaluatedKey.sk, list);
    if (found.length > list.limit) {
      const shown = found.slice(0, list.limit);
      return shardPage(list, shard, shown, ulidOf(shown.at(-1)?.sk ?? '', list));
    }
    if (afterUlid === undefined || round === ROUNDS_MAX) {
      return shardPage(list, shard, found, afterUlid);
    }
  }
}

/** Nothing is shown beyond the point to which every shard was looked at, since a shard may hold more from there on. */
function merge(pages: readonly ShardPage[], limit: number): SessionPage {
  const seenTo = pages
    .flatMap((page) => page.seenTo ?? [])
    .sort()
    .at(-1);
  const sorted = pages
    .flatMap(({ found }) => found)
    .filter(({ ulid }) => seenTo === undefined || ulid >= seenTo)
    .sort((a, b) => (a.ulid < b.ulid ? 1 : -1));
  const shown = sorted.slice(0, limit);
  const lastUlid = sorted.length > limit ? shown.at(-1)?.ulid : seenTo;
  const sessions = shown.map(({ session }) => session);
  return lastUlid === undefined ? { sessions } : { sessions, lastUlid };
}

function query(
  table: Table,
  list: ListSessions,
  shard: number,
  { afterUlid, items }: { afterUlid: string | undefined; items: number },
): Promise<QueryCommandOutput> {
  const statuses = Object.fromEntries(list.statuses.map((status, i) => [`:status${i}`, status]));
  return reach(
    table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        FilterExpression: `#status IN (${Object.keys(statuses).join(', ')}) AND (attribute_not_exists(expiresAt) OR expiresAt > :nowSeconds)`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':pk': shardPartition(list.orgId, list.personaId, shard),
          ':prefix': sessionSortKeyPrefix(list.workspaceId),
          ':nowSeconds': Math.floor(list.nowMs / 1000),
          ...statuses,
        },
        ExclusiveStartKey:
          afterUlid === undefined ? undefined : sessionKey({ ...list, shard, ulid: afterUlid }),
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: items,
      }),
      callOptions(table),
    ),
  );
}

function shardPage(
  list: ListSessions,
  shard: number,
  items: readonly SessionItem[],
  seenTo: string | undefined,
): ShardPage {
  const found = items.map((item) => {
    const ulid = ulidOf(item.sk, list);
    return { ulid, session: sessionNow({ ...list, shard, ulid }, item) };
  });
  return seenTo === undefined ? { found } : { found, seenTo };
}

function ulidOf(sortKey: string, { workspaceId }: ListSessions): string {
  return sortKey.slice(sessionSortKeyPrefix(workspaceId).length);
}
