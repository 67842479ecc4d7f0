// Turns: counted exactly once, in their order, and never for a session that takes none.
import { beforeEach, describe, expect, it } from 'vitest';
import { Outage } from '../../functions/aws/outage.ts';
import { createEndChatSession } from '../../functions/end-chat-session.ts';
import { createRecordChatTurn } from '../../functions/record-chat-turn.ts';
import { sessionKey } from '../../functions/sessions/session-item.ts';
import { createUpdateChatSession } from '../../functions/update-chat-session.ts';
import { MemoryTable } from '../memory-table.ts';
import { type Answer, call, invoke, REQUEST_ID } from './call.ts';
import { captureLogs } from './log-lines.ts';
import { RecordedTable } from './recorded-table.ts';

const ADDRESS = {
  orgId: 'org_1',
  workspaceId: 'ws_1',
  personaId: 'psn_1',
  shard: 0,
  ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
};
const ID = `chs_${ADDRESS.ulid}_psn_1`;
const START_MS = Date.parse('2026-01-01T00:00:00.000Z');
const DAY_S = 86_400;
const STORED = {
  ...sessionKey(ADDRESS),
  userId: 'usr_1',
  title: 'Hello',
  status: 'active',
  startedAt: new Date(START_MS).toISOString(),
  startRequestId: 'request-0',
  expiresAt: START_MS / 1000 + 7 * DAY_S,
};
const FIGURES = { messages: 2, inputTokens: 120, outputTokens: 30, costUsdMicros: 450 };

captureLogs();
let table: RecordedTable;
let nowMs: number;

beforeEach(() => {
  table = new RecordedTable();
  table.memory = new MemoryTable([STORED]);
  nowMs = START_MS + 60_000;
});

function ask(handler: unknown, body: unknown, requestId = REQUEST_ID): Promise<Answer> {
  const event = call({
    pathParameters: { id: ID },
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return invoke(handler, { ...event, requestContext: { ...event.requestContext, requestId } });
}

function record(turn: unknown, options: { requestId?: string; idleDays?: number } = {}): Promise<Answer> {
  const expiryDays = options.idleDays === undefined ? {} : { idle: options.idleDays };
  const handler = createRecordChatTurn(
    table.platform(() => nowMs),
    { expiryDays },
  );
  return ask(handler, turn, options.requestId);
}

function stored(): Record<string, unknown> {
  return table.memory.items()[0] ?? {};
}

describe('a turn', () => {
  it('adds to the counters in one write, moves the last activity, and takes the expiry away', async () => {
    const first = await record({ turn: 1, ...FIGURES });
    expect(first.status).toBe(200);
    nowMs += 1_000;
    const { body } = await record({ turn: 2, ...FIGURES, costUsdMicros: 50 });
    expect(body).toEqual({
      session: expect.objectContaining({
        sessionId: ID,
        status: 'active',
        messageCount: 4,
        inputTokens: 240,
        outputTokens: 60,
        costUsdMicros: 500,
        lastActiveAt: new Date(nowMs).toISOString(),
      }),
      alreadyRecorded: false,
    });
    expect(table.verbs()).toEqual(['update', 'update']);
    expect(stored()).not.toHaveProperty('expiresAt');
  });

  it('puts the expiry off where idle sessions expire', async () => {
    await record({ turn: 1, ...FIGURES }, { idleDays: 30 });
    expect(stored().expiresAt).toBe(nowMs / 1000 + 30 * DAY_S);
  });

  it('that comes again changes nothing and says so', async () => {
    await record({ turn: 1, ...FIGURES });
    const before = stored();
    nowMs += 5_000;
    const { status, body } = await record({ turn: 1, ...FIGURES }, { requestId: 'request-2' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ alreadyRecorded: true, session: { messageCount: 2 } });
    expect(stored()).toEqual(before);
  });

  it('whose answer was lost on the way from the table is told as this request’s own', async () => {
    let lost = false;
    table.interfere = async (asked) => {
      if (!lost) {
        lost = true;
        table.memory.carryOut(asked);
      }
    };
    expect((await record({ turn: 1, ...FIGURES })).body).toMatchObject({
      alreadyRecorded: false,
      session: { messageCount: 2 },
    });
  });

  it('of before the last one is known to be recorded', async () => {
    await record({ turn: 1, ...FIGURES });
    await record({ turn: 2, ...FIGURES });
    expect((await record({ turn: 1, ...FIGURES })).body).toMatchObject({
      alreadyRecorded: true,
      session: { messageCount: 4 },
    });
  });

  it('at the same time as 63 others with figures of their own is recorded for one of them', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, i) =>
        record({ turn: 1, ...FIGURES, inputTokens: i }, { requestId: `request-${i}` }),
      ),
    );
    const [won, ...others] = answers.toSorted((a, b) => a.status - b.status);
    expect(won?.body.alreadyRecorded).toBe(false);
    expect(stored()).toMatchObject({ turn: 1, messageCount: 2 });
    for (const { status, body } of others) {
      expect(status).toBe(409);
      expect(body.error.message).toMatch(/has been recorded with other figures/);
    }
  });

  it('of a function whose clock is behind never moves the last activity back', async () => {
    await record({ turn: 1, ...FIGURES });
    const { lastActiveAt } = stored();
    nowMs -= 30_000;
    expect((await record({ turn: 2, ...FIGURES })).body.session).toMatchObject({
      lastActiveAt,
      messageCount: 4,
    });
    nowMs = START_MS - 1;
    expect((await record({ turn: 3, ...FIGURES })).body.session).toMatchObject({
      lastActiveAt,
      messageCount: 6,
    });
  });

  it('leaves no session above 1 KB, whatever is recorded', async () => {
    const longest = {
      orgId: 'o'.repeat(64),
      workspaceId: 'w'.repeat(64),
      personaId: 'p'.repeat(64),
      shard: 63,
      ulid: ADDRESS.ulid,
    };
    const item = {
      ...STORED,
      ...sessionKey(longest),
      title: 't'.repeat(200),
      turn: 999_999,
      turnFigures: '1000/100000000/100000000/1000000000',
      turnRequestId: 'r'.repeat(36),
      startRequestId: 'r'.repeat(36),
      endRequestId: 'r'.repeat(36),
      payloadFingerprint: 'f'.repeat(22),
      endedAt: STORED.startedAt,
      lastActiveAt: STORED.startedAt,
      messageCount: 10 ** 9,
      inputTokens: 10 ** 14,
      outputTokens: 10 ** 14,
      costUsdMicros: 10 ** 15,
    };
    // A number takes at most its digits halved and two bytes; counted here as a text, which is longer.
    const bytes = Object.entries(item).reduce(
      (sum, [name, value]) => sum + name.length + String(value).length,
      0,
    );
    expect(bytes).toBeLessThan(1_024);
  });
});

describe('a turn is refused', () => {
  it.each([
    [
      'leaves a gap',
      { turn: 3, ...FIGURES },
      'Turn 3 would leave a gap: the next turn of this session is 1.',
    ],
    ['is numbered beyond the next', { turn: 2, ...FIGURES }, 'Turn 2 would leave a gap'],
  ])('when it %s', async (_what, turn, message) => {
    const { status, body } = await record(turn);
    expect(status).toBe(409);
    expect(body.error).toMatchObject({
      code: 'state_conflict',
      message: expect.stringContaining(message),
      details: { nextTurn: 1 },
    });
    expect(stored()).toEqual(STORED);
  });

  it('when the session has ended, and its last turn is still known', async () => {
    await record({ turn: 1, ...FIGURES });
    const platform = table.platform(() => nowMs);
    await ask(createEndChatSession(platform, {}), {});
    expect((await record({ turn: 2, ...FIGURES })).body.error.message).toMatch(/has ended/);
    expect((await record({ turn: 1, ...FIGURES }, { requestId: 'r2' })).body.alreadyRecorded).toBe(true);
  });

  it('while the session is archived, and not after that', async () => {
    const update = createUpdateChatSession(table.platform(() => nowMs));
    await ask(update, { archived: true });
    expect((await record({ turn: 1, ...FIGURES })).body.error.message).toMatch(/is archived/);
    await ask(update, { archived: false });
    expect((await record({ turn: 1, ...FIGURES })).status).toBe(200);
  });

  it('when the session has been deleted, has expired, or never was', async () => {
    table.memory = new MemoryTable([
      { ...sessionKey(ADDRESS), status: 'deleted', deleteRequestId: 'r', expiresAt: 4_000_000_000 },
    ]);
    expect(await record({ turn: 1, ...FIGURES })).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('has been deleted') } },
    });
    table.memory = new MemoryTable([{ ...STORED, expiresAt: nowMs / 1000 }]);
    expect((await record({ turn: 1, ...FIGURES })).status).toBe(404);
    table.memory = new MemoryTable();
    expect((await record({ turn: 1, ...FIGURES })).status).toBe(404);
    expect(table.memory.items()).toEqual([]);
  });

  it.each([
    ['turn', 0],
    ['turn', 1.5],
    ['turn', '1'],
    ['turn', 1_000_001],
    ['messages', -1],
    ['messages', 1_001],
    ['inputTokens', null],
    ['outputTokens', 1e20],
    ['costUsdMicros', undefined],
  ])('with the %s %j, and every problem is told at once', async (field, value) => {
    const { status, body } = await record({ turn: 1, ...FIGURES, [field]: value, extra: 1 });
    expect(status).toBe(422);
    expect(body.error.details.issues.map(({ path }: { path: string }) => path)).toEqual([field, 'extra']);
    expect(table.calls).toEqual([]);
  });

  it('as an outage when the table does not answer', async () => {
    table.interfere = () => Promise.reject(new Outage('no answer'));
    expect((await record({ turn: 1, ...FIGURES })).status).toBe(503);
  });
});
