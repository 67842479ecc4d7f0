// Lists sessions for support, page after page up to a limit: of a persona, or by the index of a user.
import type { Table } from '../functions/dynamodb/table.ts';
import { orgKey } from '../functions/limits/limit-requests.ts';
import { listSessions } from '../functions/sessions/list.ts';
import type { Session, SessionStatus } from '../functions/sessions/session.ts';
import { listUserSessions } from '../functions/sessions/user-sessions.ts';
import { Refused } from './refused.ts';

interface List {
  readonly org: string;
  readonly workspace: string;
  readonly persona?: string;
  readonly user?: string;
  /** Absent: all but the archived. */
  readonly status?: SessionStatus;
  readonly limit: number;
}

interface Page {
  readonly sessions: readonly Session[];
  /** Where the next page begins; absent on the last page. */
  readonly last?: string | undefined;
}

const PAGE_MAX = 100;

/** @throws Refused when callers of the workspace don't see the persona. */
export async function listForSupport(
  table: Table,
  list: List,
  databaseNow: () => Date,
): Promise<{ readonly sessions: readonly Session[]; readonly isMore: boolean }> {
  // Any answer tells the time.
  await table.get(orgKey(list.org), { consistent: false });
  const nowMs = databaseNow().getTime();
  const sessions: Session[] = [];
  let last: string | undefined;
  do {
    const page = await readPage(table, list, Math.min(PAGE_MAX, list.limit - sessions.length), last, nowMs);
    sessions.push(...page.sessions);
    last = page.last;
  } while (last !== undefined && sessions.length < list.limit);
  return { sessions, isMore: last !== undefined };
}

async function readPage(
  table: Table,
  { org: orgId, workspace: workspaceId, persona: personaId, user: userId, status }: List,
  limit: number,
  last: string | undefined,
  nowMs: number,
): Promise<Page> {
  const scope = { orgId, workspaceId, status, limit, nowMs };
  if (userId !== undefined) {
    const page = await listUserSessions(table, { ...scope, userId, personaId, afterId: last });
    return { sessions: page.sessions, last: page.lastId };
  }
  const listed = await listSessions(table, { ...scope, personaId: personaId ?? '', afterUlid: last });
  if (listed.outcome === 'persona_not_found') {
    throw new Refused(
      `Persona ${personaId} of org ${orgId} does not exist, is archived, or is another workspace's than ${workspaceId}: "persona show" tells. Its sessions can be shown by id.`,
    );
  }
  return { sessions: listed.page.sessions, last: listed.page.lastUlid };
}
