// Get, end and delete: one request to the table at the session's address, under the caller's own org and workspace.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeleteChatSession } from '../../functions/delete-chat-session.ts';
import { ENDPOINT_LIMITS, openTable } from '../../functions/dynamodb/table.ts';
import { createEndChatSession } from '../../functions/end-chat-session.ts';
import { createGetChatSession } from '../../functions/get-chat-session.ts';
import { call, invoke, KNOWN_CALLER } from './call.ts';
import { answers, DatabaseDouble, failsWith } from './database-double.ts';
import { captureLogs } from './log-lines.ts';

const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const SESSION_ID = `chs_${ULID}.psn_1`;
const STORED = {
  userId: { S: 'usr_9' },
  title: { S: 'Hello' },
  status: { S: 'active' },
  startedAt: { S: '2026-01-01T00:00:00.000Z' },
  startRequestId: { S: 'request-0' },
};
const REFUSED = { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', message: 'no' };

type Operation = 'getChatSession' | 'endChatSession' | 'deleteChatSession';
const OPERATIONS: Operation[] = ['getChatSession', 'endChatSession', 'deleteChatSession'];

captureLogs();
const database = new DatabaseDouble();
let handlers: Record<Operation, unknown>;

beforeAll(async () => {
  await database.start();
  const table = openTable('sessions', ENDPOINT_LIMITS);
  handlers = {
    getChatSession: createGetChatSession(table),
    endChatSession: createEndChatSession(table, {}),
    deleteChatSession: createDeleteChatSession(table),
  };
});
afterAll(() => database.stop());
beforeEach(() => {
  database.requests = [];
});

const byId = (operation: Operation, id: string, verdict: unknown = KNOWN_CALLER) =>
  invoke(handlers[operation], call({ verdict, pathParameters: { id } }));

function sent() {
  const [request, ...others] = database.requests;
  expect(others).toEqual([]);
  return { operation: request?.operation, ...JSON.parse(request?.body ?? '{}') };
}

describe.each(OPERATIONS)('%s', (operation) => {
  it.each([
    'nonsense',
    '',
    ULID,
    `chs_${ULID}`,
    `chs_${ULID}.`,
    `chs_${ULID.toLowerCase()}.psn_1`,
    `${SESSION_ID}#x`,
    `${SESSION_ID} `,
    `chs_${ULID}.psn_1/../psn_2`,
  ])('says of the malformed id %j that there is no such session, without asking the table', async (id) => {
    const { status, body } = await byId(operation, id);
    expect(status).toBe(404);
    expect(body.error.code).toBe('not_found');
    expect(database.requests).toEqual([]);
  });

  it('asks nothing for those who are not known or lack the scope', async () => {
    expect((await byId(operation, SESSION_ID, { authn: 'missing' })).status).toBe(401);
    expect((await byId(operation, SESSION_ID, { ...KNOWN_CALLER, scopes: 'other' })).status).toBe(403);
    expect(database.requests).toEqual([]);
  });

  it('goes to one place: the id under the org and workspace of the caller', async () => {
    database.behaviour = answers(200, {});
    await byId(operation, SESSION_ID, { ...KNOWN_CALLER, orgId: 'org_7', workspaceId: 'ws_7' });
    const request = sent();
    expect(request.Key ?? request.Item).toMatchObject({
      pk: { S: 'ORG#org_7#PERSONA#psn_1' },
      sk: { S: `WS#ws_7#SESSION#${ULID}` },
    });
  });

  it('is a 503 while the table is out, and a 404 when nothing is there', async () => {
    database.behaviour = failsWith(503, 'ServiceUnavailable');
    expect((await byId(operation, SESSION_ID)).status).toBe(503);
    database.behaviour = operation === 'getChatSession' ? answers(200, {}) : answers(400, REFUSED);
    expect((await byId(operation, SESSION_ID)).status).toBe(404);
  });
});

describe('getChatSession', () => {
  it('reads consistently, and answers the session itself, with all its fields', async () => {
    database.behaviour = answers(200, { Item: STORED });
    const { status, body } = await byId('getChatSession', SESSION_ID);
    expect(status).toBe(200);
    expect(sent()).toMatchObject({ operation: 'GetItem', ConsistentRead: true });
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

  it.each([
    ['was deleted', { status: { S: 'deleted' } }],
    ['has expired and was not removed yet', { ...STORED, expiresAt: { N: '1' } }],
  ])('finds no session that %s', async (_what, Item) => {
    database.behaviour = answers(200, { Item });
    expect((await byId('getChatSession', SESSION_ID)).status).toBe(404);
  });
});

describe('endChatSession', () => {
  it('never creates a session: it changes only one that is active', async () => {
    database.behaviour = answers(200, {
      Attributes: { ...STORED, status: { S: 'ended' }, endedAt: { S: '2026-01-02T00:00:00.000Z' } },
    });
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
    const request = sent();
    expect(request.operation).toBe('UpdateItem');
    expect(request.ConditionExpression).toContain('#status = :active');
  });

  it.each([
    ['another request ended', 'request-0', true],
    ['its own lost write ended', 'request-1', false],
  ])('answers the session that %s', async (_what, endRequestId, alreadyEnded) => {
    const Item = { ...STORED, status: { S: 'ended' }, endRequestId: { S: endRequestId } };
    database.behaviour = answers(400, { ...REFUSED, Item });
    expect((await byId('endChatSession', SESSION_ID)).body).toMatchObject({ alreadyEnded });
  });

  it('leaves an archived session archived', async () => {
    database.behaviour = answers(400, { ...REFUSED, Item: { ...STORED, status: { S: 'archived' } } });
    const { status, body } = await byId('endChatSession', SESSION_ID);
    expect(status).toBe(200);
    expect(body).toMatchObject({ alreadyEnded: true, session: { status: 'archived', endedAt: '' } });
  });
});

describe('deleteChatSession', () => {
  it('answers 204 without a body, and keeps nothing of what the session held', async () => {
    database.behaviour = answers(200, {});
    const { status, text } = await byId('deleteChatSession', SESSION_ID);
    expect(status).toBe(204);
    expect(text).toBeUndefined();
    const { operation, Item } = sent();
    expect(operation).toBe('PutItem');
    expect(Object.keys(Item).sort()).toEqual(['deleteRequestId', 'expiresAt', 'pk', 'sk', 'status']);
  });

  it.each([
    ['another request deleted', 'request-0', 404],
    ['its own lost write deleted', 'request-1', 204],
  ])('answers %s with the right status', async (_what, deleteRequestId, expected) => {
    const Item = { status: { S: 'deleted' }, deleteRequestId: { S: deleteRequestId } };
    database.behaviour = answers(400, { ...REFUSED, Item });
    expect((await byId('deleteChatSession', SESSION_ID)).status).toBe(expected);
  });
});
