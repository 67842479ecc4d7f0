// A list: what is asked of the table, and what is refused before it is asked.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENDPOINT_LIMITS, openTable } from '../../functions/dynamodb/table.ts';
import { createListChatSessionsForPersona } from '../../functions/list-chat-sessions-for-persona.ts';
import { formatCursor } from '../../functions/sessions/cursor.ts';
import { type CallParts, call, invoke, KNOWN_CALLER } from './call.ts';
import { answers, DatabaseDouble } from './database-double.ts';
import { captureLogs } from './log-lines.ts';

const ULIDS = ['01ARZ3NDEKTSV4RRFFQ69G5FA3', '01ARZ3NDEKTSV4RRFFQ69G5FA2', '01ARZ3NDEKTSV4RRFFQ69G5FA1'];
const SCOPE = { orgId: 'org_1', workspaceId: 'ws_1', personaId: 'psn_1', status: undefined };

captureLogs();
const database = new DatabaseDouble();
let handler: unknown;
let persona: unknown;
let sessions: readonly string[];

beforeAll(async () => {
  await database.start();
  handler = createListChatSessionsForPersona(openTable('sessions', ENDPOINT_LIMITS));
});
afterAll(() => database.stop());
beforeEach(() => {
  database.requests = [];
  persona = { name: { S: 'Ada' }, status: { S: 'active' } };
  sessions = ULIDS;
  database.behaviour = (request, response, body) => {
    const isQuery = String(request.headers['x-amz-target']).endsWith('Query');
    answers(200, isQuery ? { Items: sessions.map(item) } : { Item: persona })(request, response, body);
  };
});

function item(ulid: string) {
  return {
    pk: { S: 'ORG#org_1#PERSONA#psn_1' },
    sk: { S: `WS#ws_1#SESSION#${ulid}` },
    userId: { S: 'usr_1' },
    title: { S: 'Hello' },
    status: { S: 'active' },
    startedAt: { S: '2026-01-01T00:00:00.000Z' },
  };
}

const list = (parts: CallParts = {}) => invoke(handler, call({ pathParameters: { id: 'psn_1' }, ...parts }));

function queries() {
  return database.requests
    .filter(({ operation }) => operation === 'Query')
    .map(({ body }) => JSON.parse(body));
}

describe('a list', () => {
  it('asks for the sessions of this persona in the workspace of the caller, newest first, consistently', async () => {
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body.items.map(({ sessionId }: { sessionId: string }) => sessionId)).toEqual(
      ULIDS.map((ulid) => `chs_${ulid}.psn_1`),
    );
    expect(body.nextCursor).toBe('');
    const [query, ...others] = queries();
    expect(others).toEqual([]);
    expect(query).toMatchObject({
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: {
        ':pk': { S: 'ORG#org_1#PERSONA#psn_1' },
        ':prefix': { S: 'WS#ws_1#SESSION#' },
      },
      ScanIndexForward: false,
      ConsistentRead: true,
    });
  });

  it('of one page hands out a cursor, and goes on from it under the keys of the caller', async () => {
    const { body } = await list({ query: { limit: '2' } });
    expect(body.items).toHaveLength(2);
    expect(body.nextCursor).toBe(formatCursor(SCOPE, ULIDS[1] ?? ''));
    sessions = ULIDS.slice(2);
    await list({ query: { limit: '2', cursor: body.nextCursor } });
    expect(queries()[1].ExclusiveStartKey).toEqual({
      pk: { S: 'ORG#org_1#PERSONA#psn_1' },
      sk: { S: `WS#ws_1#SESSION#${ULIDS[1]}` },
    });
  });

  it('from an empty cursor begins at the beginning', async () => {
    expect((await list({ query: { cursor: '' } })).status).toBe(200);
    expect(queries()[0].ExclusiveStartKey).toBeUndefined();
  });

  it('of an archived, foreign or missing persona is a 404, whatever sessions there are', async () => {
    for (const hidden of [
      undefined,
      { name: { S: 'Ada' }, status: { S: 'archived' } },
      { name: { S: 'Ada' }, status: { S: 'active' }, workspaceId: { S: 'ws_2' } },
    ]) {
      persona = hidden;
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
    expect(database.requests).toEqual([]);
  });

  it('asks nothing for those who may not read', async () => {
    expect((await list({ verdict: { ...KNOWN_CALLER, scopes: 'write:chat' } })).status).toBe(403);
    expect((await list({ verdict: undefined })).status).toBe(401);
    expect((await list({ pathParameters: { id: 'a#b' } })).status).toBe(404);
    expect(database.requests).toEqual([]);
  });
});
