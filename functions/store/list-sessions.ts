// A page of a persona's sessions in one workspace, newest first.
import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { Session, SessionStatus } from '../domain/session.ts';
import { personaPartition, sessionKey, sessionSortKeyPrefix } from './keys.ts';
import { type SessionItem, sessionNow } from './session-item.ts';
import { callOptions, reach, type Table } from './table.ts';

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

/** Rounds that find too few go on with more items each, and in the end with a page that is not full. */
const FURTHER_ROUND_ITEMS = 500;
const ROUNDS_MAX = 4;

/**
 * Strongly consistent: a session is in the list from the moment it was started. One read unit for 4 KB that are passed
 * over, about 14 sessions; deleted and expired ones count too until they are removed.
 */
export async function listSessions(table: Table, list: ListSessions): Promise<SessionPage> {
  const found: SessionItem[] = [];
  let afterUlid = list.afterUlid;
  for (let round = 1; ; round += 1) {
    // One more than the page holds tells whether there is another page.
    const { Items = [], LastEvaluatedKey } = await query(table, list, {
      afterUlid,
      items: round === 1 ? list.limit + 1 : FURTHER_ROUND_ITEMS,
    });
    found.push(...(Items as SessionItem[]));
    afterUlid = LastEvaluatedKey && ulidOf(LastEvaluatedKey.sk, list);
    if (found.length > list.limit) {
      const shown = found.slice(0, list.limit);
      return page(list, shown, ulidOf(shown.at(-1)?.sk ?? '', list));
    }
    if (afterUlid === undefined || round === ROUNDS_MAX) {
      return page(list, found, afterUlid);
    }
  }
}

function query(
  table: Table,
  list: ListSessions,
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
          ':pk': personaPartition(list.orgId, list.personaId),
          ':prefix': sessionSortKeyPrefix(list.workspaceId),
          ':nowSeconds': Math.floor(list.nowMs / 1000),
          ...statuses,
        },
        ExclusiveStartKey: afterUlid === undefined ? undefined : sessionKey({ ...list, ulid: afterUlid }),
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: items,
      }),
      callOptions(table),
    ),
  );
}

function page(list: ListSessions, items: readonly SessionItem[], lastUlid: string | undefined): SessionPage {
  const sessions = items.map((item) => sessionNow({ ...list, ulid: ulidOf(item.sk, list) }, item));
  return lastUlid === undefined ? { sessions } : { sessions, lastUlid };
}

function ulidOf(sortKey: string, { workspaceId }: ListSessions): string {
  return sortKey.slice(sessionSortKeyPrefix(workspaceId).length);
}
