// Get, end and delete: one call to the table at the session's address, under the caller's own org and workspace.
import { beforeEach, describe, expect, it } from 'vitest';
import { Outage } from '../../functions/aws/outage.ts';
import { createDeleteChatSession } from '../../functions/delete-chat-session.ts';
import { createEndChatSession } from '../../functions/end-chat-session.ts';
import { createGetChatSession } from '../../functions/get-chat-session.ts';
import { MemoryTable } from '../memory-table.ts';
import { call, invoke, KNOWN_CALLER, REQUEST_ID } from './call.ts';
import { captureLogs } from './log-lines.ts';
import { RecordedTable } from './recorded-table.ts';

const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const SESSION_ID = `chs_${ULID}_psn_1`;
const KEY = { pk: 'ORG#org_1#PERSONA#psn_1', sk: `WS#ws_1#SESSION#${ULID}` };
const STORED = {
  ...KEY,
  userId: 'usr_9',
  title: 'Hello',
  status: 'active',
  startedAt: '2026-01-01T00:00:00.000Z',
  startRequestId: 'request-0',
};
const NOW_MS = Date.parse('2026-01-02T00:00:00.000Z');
const TOMBSTONE = { ...KEY, status: 'deleted', deleteRequestId: 'request-0', expiresAt: 4_000_000_000 };

type Operation = 'getChatSession' | 'endChatSession' | 'deleteChatSession';
const OPERATIONS: Operation[] = ['getChatSession', 'endChatSession', 'deleteChatSession'];

const logs = captureLogs();
let table: RecordedTable;
let handlers: Record<Operation, unknown>;

beforeEach(() => {
  table = new RecordedTable();
  const platform = table.platform(() => NOW_MS);
  handlers = {
    getChatSession: createGetChatSession(platform),
    endChatSession: createEndChatSession(platform, {}),
    deleteChatSession: createDeleteChatSession(platform),
  };
});

const byId = (operation: Operation, id: string, verdict: unknown = KNOWN_CALLER) =>
  invoke(handlers[operation], call({ verdict, pathParameters: { id } }));

function holding(item: typeof KEY & Record<string, unknown>): void {
  table.memory = new MemoryTable([item]);
}

describe.each(OPERATIONS)('%s', (operation) => {
  it.each(['', `chs_${ULID}`, `${SESSION_ID}#x`])(
    'says of the malformed id %j that there is no such session, without asking the table',
    async (id) => {
      const { status, body } = await byId(operation, id);
      expect(status).toBe(404);
      expect(body.error.code).toBe('not_found');
      expect(table.calls).toEqual([]);
    },
  );

  it('asks nothing for those who are not known or lack the scope', async () => {
    expect((await byId(operation, SESSION_ID, { authn: 'missing' })).status).toBe(401);
    expect((await byId(operation, SESSION_ID, { ...KNOWN_CALLER, scopes: 'other' })).status).toBe(403);
    expect(table.calls).toEqual([]);
  });

  it('goes to one place: the id under the org and workspace of the caller', async () => {
    await byId(operation, SESSION_ID, { ...KNOWN_CALLER, orgId: 'org_7', workspaceId: 'ws_7' });
    expect(table.calls.map(({ args: [at] }) => at)).toEqual([
      expect.objectContaining({ pk: 'ORG#org_7#PERSONA#psn_1', sk: `WS#ws_7#SESSION#${ULID}` }),
    ]);
  });

  it('is a 503 while the table is out, and a 404 when nothing is there', async () => {
    table.interfere = () => Promise.reject(new Outage('no answer'));
    expect((await byId(operation, SESSION_ID)).status).toBe(503);
    table.interfere = async () => {};
    expect((await byId(operation, SESSION_ID)).status).toBe(404);
    expect(table.memory.items()).toEqual([]);
  });

  it.each([
    ['was deleted', TOMBSTONE],
    ['has expired and was not removed yet', { ...STORED, expiresAt: NOW_MS / 1000 }],
  ])('finds no session that %s', async (_what, item) => {
    holding(item);
    expect((await byId(operation, SESSION_ID)).status).toBe(404);
    expect(table.memory.items()).toEqual([item]);
  });

  it('answers 500 for a damaged item, and logs its key and attribute, not its values', async () => {
    holding({ ...STORED, status: 'odd', title: 'secret' });
    if (operation !== 'deleteChatSession') {
      expect((await byId(operation, SESSION_ID)).status).toBe(500);
      expect(logs.text()).toContain(KEY.sk);
      expect(logs.text()).toContain('its attribute status must be one of');
      expect(logs.text()).not.toContain('secret');
    } else {
      expect((await byId(operation, SESSION_ID)).status).toBe(204);
    }
  });
});

describe('getChatSession', () => {
  it('reads consistently, and answers the session itself, with all its fields', async () => {
    holding(STORED);
    const { status, body } = await byId('getChatSession', SESSION_ID);
    expect(status).toBe(200);
    expect(table.calls).toEqual([{ verb: 'get', args: [KEY] }]);
    expect(body).toEqual({
      sessionId: SESSION_ID,
      orgId: 'org_1',
      workspaceId: 'ws_1',
      personaId: 'psn_1',
      userId: 'usr_9',
      title: 'Hello',
      status: 'active',
      messageCount: 0,
      inputTokens: 0,
      outputTokens: 0,
      costUsdMicros: 0,
      startedAt: '2026-01-01T00:00:00.000Z',
      lastActiveAt: '2026-01-01T00:00:00.000Z',
      endedAt: '',
    });
  });
});

describe('endChatSession', () => {
  it('ends a session that is active, at the time of the server', async () => {
    holding({ ...STORED, expiresAt: NOW_MS / 1000 + 1 });
    const { status, body } = await byId('endChatSession', SESSION_ID);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      alreadyEnded: false,
      session: {
        status: 'ended',
        endedAt: '2026-01-02T00:00:00.000Z',
        lastActiveAt: '2026-01-02T00:00:00.000Z',
      },
    });
    expect(table.verbs()).toEqual(['update']);
    expect(table.memory.items()[0]).not.toHaveProperty('expiresAt');
  });

  it.each([
    ['another request ended', 'request-0', true],
    ['its own lost write ended', REQUEST_ID, false],
  ])('answers the session that %s', async (_what, endRequestId, alreadyEnded) => {
    holding({ ...STORED, status: 'ended', endRequestId });
    expect((await byId('endChatSession', SESSION_ID)).body).toMatchObject({ alreadyEnded });
  });

  it('leaves an archived session archived', async () => {
    holding({ ...STORED, archived: true });
    const { status, body } = await byId('endChatSession', SESSION_ID);
    expect(status).toBe(200);
    expect(body).toMatchObject({ alreadyEnded: true, session: { status: 'archived', endedAt: '' } });
  });
});

describe('deleteChatSession', () => {
  it('answers 204 without a body, and keeps nothing of what the session held', async () => {
    holding(STORED);
    const { status, text } = await byId('deleteChatSession', SESSION_ID);
    expect(status).toBe(204);
    expect(text).toBeUndefined();
    expect(table.verbs()).toEqual(['put']);
    expect(Object.keys(table.memory.items()[0] ?? {}).sort()).toEqual(Object.keys(TOMBSTONE).sort());
  });

  it.each([
    ['another request deleted', 'request-0', 404],
    ['its own lost write deleted', REQUEST_ID, 204],
  ])('answers %s with the right status', async (_what, deleteRequestId, expected) => {
    holding({ ...TOMBSTONE, deleteRequestId });
    expect((await byId('deleteChatSession', SESSION_ID)).status).toBe(expected);
  });
});
