// The examples of sessions and lists, and the ids that all examples share.
import { formatCursor } from '../../functions/sessions/cursor.ts';
import { sessionAtStart } from '../../functions/sessions/session-item.ts';

/** The persona that `npm start` seeds, so that examples work as they are against the local stack. */
export const personaId = 'psn_demo';

const owner = { orgId: 'org_demo', workspaceId: 'ws_demo', personaId };

export const startedSession = sessionAtStart({
  address: { ...owner, shard: 0, ulid: '01KAR0V9M4XK8Z7YQ2T5WDB6NC' },
  userId: 'usr_demo',
  title: 'Plans for the weekend',
  startedAt: '2026-11-23T09:30:00.132Z',
});

export const activeSession = {
  ...startedSession,
  messageCount: 12,
  inputTokens: 3_480,
  outputTokens: 1_920,
  costUsdMicros: 41_300,
  lastActiveAt: '2026-11-23T09:41:12.004Z',
};

export const endedSession = {
  ...activeSession,
  status: 'ended',
  lastActiveAt: '2026-11-23T10:02:45.771Z',
  endedAt: '2026-11-23T10:02:45.771Z',
};

export const turn = {
  turn: 7,
  messages: 2,
  inputTokens: 620,
  outputTokens: 240,
  costUsdMicros: 7_100,
};

export const archivedSession = {
  ...activeSession,
  title: 'Plans for the holidays',
  status: 'archived',
  metadata: { topic: 'travel' },
};

export const userSessionPage = {
  items: [activeSession],
  nextCursor: formatCursor(
    { orgId: owner.orgId, workspaceId: owner.workspaceId, userId: 'usr_demo', status: undefined },
    startedSession.sessionId,
  ),
};

export const sessionPage = {
  items: [activeSession],
  nextCursor: formatCursor({ ...owner, status: undefined }, '01KAR0V9M4XK8Z7YQ2T5WDB6NC'),
};
