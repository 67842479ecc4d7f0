// Lists the sessions of one user over all personas of a workspace, from an index that a table may have.
import { all, any, type Condition, compare } from '../dynamodb/condition.ts';
import type { Key } from '../dynamodb/item.ts';
import type { Table } from '../dynamodb/table.ts';
import { shardPartition } from '../personas/persona.ts';
import { sessionsByUser } from '../routes.ts';
import { formatSessionId, parseSessionId, type Session, type SessionStatus } from './session.ts';
import {
  isListedAs,
  liveSession,
  sessionAddressOf,
  sessionKey,
  sessionNow,
  type UserScope,
  userIndexKey,
  userPartition,
} from './session-item.ts';

export interface ListUserSessions extends UserScope {
  readonly personaId: string | undefined;
  /** `undefined` for all sessions that are not archived. */
  readonly status: SessionStatus | undefined;
  readonly limit: number;
  /** The id of the last session of the previous page. */
  readonly afterId: string | undefined;
  readonly nowMs: number;
}

export interface UserSessionPage {
  readonly sessions: readonly Session[];
  /** The `afterId` of the next page; absent on the last page. */
  readonly lastId?: string | undefined;
}

/** Items that one call reads. */
const LOOKED_AT_MAX = 1_000;

/**
 * Newest first by the time in the ids; half a read unit for each 4 KB that are read. Eventually consistent: a new session
 * is usually in the list within a second. A page may be short or empty without being the last.
 */
export async function listUserSessions(table: Table, list: ListUserSessions): Promise<UserSessionPage> {
  // One more than the page holds tells whether there is another page.
  const first = await read(table, list, startOf(list), list.limit + 1);
  const isEnough = first.lastKey === undefined || first.found.length > list.limit;
  const rest = isEnough ? undefined : await read(table, list, first.lastKey, LOOKED_AT_MAX - list.limit - 1);
  const found = [...first.found, ...(rest?.found ?? [])];
  const shown = found.slice(0, list.limit);
  const readTo = (rest ?? first).lastKey;
  return {
    sessions: shown,
    lastId: found.length > list.limit ? shown.at(-1)?.sessionId : readTo && sessionIdAt(readTo),
  };
}

async function read(table: Table, list: ListUserSessions, after: Key | undefined, limit: number) {
  const { personaId, status, nowMs } = list;
  const { items, lastKey } = await table.query({
    index: sessionsByUser,
    partition: userPartition(list),
    filter: all(
      isListedAs(status, nowMs),
      ...(personaId === undefined ? [] : [isOfPersona(list.orgId, personaId)]),
    ),
    after,
    order: 'descending',
    limit,
  });
  const found = items.flatMap((item) => {
    const stored = liveSession(item, nowMs);
    return stored === undefined ? [] : sessionNow(stored);
  });
  return { found, lastKey };
}

function startOf(list: ListUserSessions): Key | undefined {
  const named = list.afterId === undefined ? undefined : parseSessionId(list.afterId);
  return (
    named && {
      ...sessionKey({ orgId: list.orgId, workspaceId: list.workspaceId, ...named }),
      ...userIndexKey(list, named.ulid),
    }
  );
}

function sessionIdAt(key: Key): string | undefined {
  const address = sessionAddressOf(key);
  return address && formatSessionId(address);
}

/** Matches all shards of the persona. `$` is the character after `#`, which separates the parts of a key. */
function isOfPersona(orgId: string, personaId: string): Condition {
  const first = shardPartition(orgId, personaId, 0);
  return any(
    compare('pk', '=', first),
    all(compare('pk', '>=', `${first}#`), compare('pk', '<', `${first}$`)),
  );
}
