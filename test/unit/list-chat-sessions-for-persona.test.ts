// A list: what is asked of the table, and what is refused before it is asked.
import { beforeEach, describe, expect, it } from 'vitest';
import { createListChatSessionsForPersona } from '../../functions/list-chat-sessions-for-persona.ts';
import { personaKey } from '../../functions/personas/persona.ts';
import { formatCursor } from '../../functions/sessions/cursor.ts';
import { MemoryTable } from '../memory-table.ts';
import { type CallParts, call, invoke, KNOWN_CALLER } from './call.ts';
import { captureLogs } from './log-lines.ts';
import { RecordedTable } from './recorded-table.ts';

const ULIDS = ['01ARZ3NDEKTSV4RRFFQ69G5FA3', '01ARZ3NDEKTSV4RRFFQ69G5FA2', '01ARZ3NDEKTSV4RRFFQ69G5FA1'];
const PARTITION = 'ORG#org_1#PERSONA#psn_1';
const SCOPE = { orgId: 'org_1', workspaceId: 'ws_1', personaId: 'psn_1', status: undefined };

captureLogs();
const table = new RecordedTable();
const handler = createListChatSessionsForPersona(table.platform());

beforeEach(() => {
  table.calls = [];
  holding({ name: 'Ada', status: 'active' });
});

function holding(persona: Record<string, unknown> | undefined): void {
  table.memory = new MemoryTable([
    ...(persona === undefined ? [] : [{ ...personaKey('org_1', 'psn_1'), ...persona }]),
    ...ULIDS.map((ulid) => ({
      pk: PARTITION,
      sk: `WS#ws_1#SESSION#${ulid}`,
      userId: 'usr_1',
      title: 'Hello',
      status: 'active',
      startedAt: '2026-01-01T00:00:00.000Z',
      startRequestId: 'request-0',
    })),
  ]);
}

const list = (parts: CallParts = {}) => invoke(handler, call({ pathParameters: { id: 'psn_1' }, ...parts }));

function queries() {
  return table.calls.flatMap((asked) => (asked.verb === 'query' ? asked.args : []));
}

describe('a list', () => {
  it('asks for the sessions of this persona in the workspace of the caller, newest first, consistently', async () => {
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body.items.map(({ sessionId }: { sessionId: string }) => sessionId)).toEqual(
      ULIDS.map((ulid) => `chs_${ulid}_psn_1`),
    );
    expect(body.nextCursor).toBe('');
    const [query, ...others] = queries();
    expect(others).toEqual([]);
    expect(query).toMatchObject({
      partition: PARTITION,
      sortKeyPrefix: 'WS#ws_1#SESSION#',
      order: 'descending',
    });
  });

  it('of one page hands out a cursor, and goes on from it under the keys of the caller', async () => {
    const { body } = await list({ query: { limit: '2' } });
    expect(body.items).toHaveLength(2);
    expect(body.nextCursor).toBe(formatCursor(SCOPE, ULIDS[1] ?? ''));
    const last = await list({ query: { limit: '2', cursor: body.nextCursor } });
    expect(last.body.items).toHaveLength(1);
    expect(queries()[1]?.after).toEqual({ pk: PARTITION, sk: `WS#ws_1#SESSION#${ULIDS[1]}` });
  });

  it('from an empty cursor begins at the beginning', async () => {
    expect((await list({ query: { cursor: '' } })).status).toBe(200);
    expect(queries()[0]?.after).toBeUndefined();
  });

  it('of an archived, foreign or missing persona is a 404, whatever sessions there are', async () => {
    for (const hidden of [
      undefined,
      { name: 'Ada', status: 'archived' },
      { name: 'Ada', status: 'active', workspaceId: 'ws_2' },
    ]) {
      holding(hidden);
      const { status, body } = await list();
      expect(status).toBe(404);
      expect(body).toEqual({
        error: { code: 'not_found', message: expect.stringMatching(/^Persona not found/) },
      });
    }
  });

  it.each([
    ['limit', { limit: '0' }],
    ['status', { status: 'deleted' }],
    ['cursor', { cursor: 'nonsense' }],
    ['cursor', { cursor: formatCursor({ ...SCOPE, workspaceId: 'ws_2' }, ULIDS[0] ?? '') }],
    ['cursor', { cursor: formatCursor({ ...SCOPE, orgId: 'org_2' }, ULIDS[0] ?? '') }],
    ['cursor', { cursor: formatCursor({ ...SCOPE, personaId: 'psn_2' }, ULIDS[0] ?? '') }],
    ['cursor', { cursor: formatCursor(SCOPE, ULIDS[0] ?? ''), status: 'ended' }],
    ['cursor', { cursor: formatCursor(SCOPE, ULIDS[0] ?? '').slice(0, -1) }],
  ])('with a bad %s is refused before the table is asked: %j', async (path, query) => {
    const { status, body } = await list({ query });
    expect(status).toBe(422);
    expect(body.error.details.issues).toEqual([{ path, message: expect.any(String) }]);
    expect(table.calls).toEqual([]);
  });

  it('asks nothing for those who may not read', async () => {
    expect((await list({ verdict: { ...KNOWN_CALLER, scopes: 'write:chat' } })).status).toBe(403);
    expect((await list({ verdict: undefined })).status).toBe(401);
    expect((await list({ pathParameters: { id: 'a#b' } })).status).toBe(404);
    expect(table.calls).toEqual([]);
  });
});
