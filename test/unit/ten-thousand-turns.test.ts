// Ten thousand turns of a hundred sessions on a table that fails at every step: the counters are exactly the sum.
import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Outage } from '../../functions/aws/outage.ts';
import { createRecordChatTurn } from '../../functions/record-chat-turn.ts';
import { formatSessionId } from '../../functions/sessions/session.ts';
import {
  parseSessionItem,
  type StoredSession,
  sessionKey,
  sessionNow,
} from '../../functions/sessions/session-item.ts';
import type { Turn } from '../../functions/sessions/turn.ts';
import { inParallel } from '../faults/caller.ts';
import { seededRandom, seedFrom } from '../faults/seeded-random.ts';
import { MemoryTable, type TableCall, tableThrough } from '../memory-table.ts';
import { call, invoke } from './call.ts';
import { captureLogs } from './log-lines.ts';

const SEED = seedFrom(process.env.SEED);
const SESSIONS = 100;
const TURNS = 100;
const BEGINS_MS = Date.parse('2026-06-01T12:00:00.000Z');
/** How far the clocks of the functions are apart. */
const SKEW_MS = 4_000;

captureLogs();

it(`Ten thousand turns count exactly once each, whatever is lost, doubled or late (SEED=${SEED})`, async () => {
  const random = seededRandom(SEED);
  const table = new MemoryTable(Array.from({ length: SESSIONS }, (_, i) => storedSession(i)));
  const faults = { lost: 0, doubled: 0, strays: 0 };
  const strays: TableCall[] = [];
  let nowMs = BEGINS_MS;
  const faultyTable = tableThrough(async (request) => {
    await nextTurnOfTheLoop();
    if (strays.length > 0 && random.chance(0.2)) {
      table.carryOut(strays.splice(random.below(strays.length), 1)[0] as TableCall);
    }
    switch (random.below(10)) {
      case 0:
        throw new Outage('The call did not get through');
      case 1:
        faults.lost += 1;
        table.carryOut(request);
        throw new Outage('The answer was lost');
      case 2:
        faults.strays += 1;
        strays.push(request);
        throw new Outage('The call arrives some time later');
      case 3:
        faults.doubled += 1;
        table.carryOut(request);
        return table.carryOut(request);
      default:
        return table.carryOut(request);
    }
  });
  const now = () => {
    nowMs += 7;
    return nowMs + random.below(SKEW_MS) - SKEW_MS / 2;
  };
  const record = createRecordChatTurn({ bindTable: () => faultyTable, now }, { expiryDays: {} });

  let requests = 0;
  async function untilRecorded(session: number, turn: Turn) {
    for (;;) {
      requests += 1;
      const event = call({
        pathParameters: { id: idOf(session) },
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(turn),
      });
      const requestContext = { ...event.requestContext, requestId: `request-${requests}` };
      const answer = await invoke(record, { ...event, requestContext });
      if (answer.status !== 503) {
        return answer;
      }
    }
  }

  const recorded = await inParallel(SESSIONS, 16, async (session) => {
    const turns = Array.from({ length: TURNS }, (_, i) => turnOf(random, i + 1));
    let lastActiveAt = '';
    for (const turn of turns) {
      // Now and then a second engine takes over, while the first is still at it.
      const engines = random.chance(0.2) ? 2 : 1;
      const answers = await inParallel(engines, engines, () => untilRecorded(session, turn));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(answers.filter(({ body }) => !body.alreadyRecorded).length).toBeLessThanOrEqual(1);
      const { session: told } = answers[0]?.body ?? {};
      expect(told).toMatchObject(sumOf(turns.slice(0, turn.turn)));
      expect(told.lastActiveAt >= lastActiveAt).toBe(true);
      lastActiveAt = told.lastActiveAt;
    }
    return turns;
  });
  for (const stray of strays) {
    table.carryOut(stray);
  }

  const stored = table.items().map((item) => parseSessionItem(item) as StoredSession);
  expect(stored.map(sessionNow).map(countersOf)).toEqual(recorded.map(sumOf));
  expect(stored.map(({ turn }) => turn)).toEqual(recorded.map(() => TURNS));
  // Of about twelve thousand requests, a tenth each.
  expect(Math.min(...Object.values(faults))).toBeGreaterThan(SESSIONS);
});

function addressOf(session: number) {
  const ulid = `01JZZZZZZZZZZZZZZZZZZZZ${String(session).padStart(3, '0')}`;
  return { orgId: 'org_1', workspaceId: 'ws_1', personaId: 'psn_1', shard: 0, ulid };
}

function idOf(session: number): string {
  return formatSessionId(addressOf(session));
}

function storedSession(session: number) {
  return {
    ...sessionKey(addressOf(session)),
    userId: 'usr_1',
    title: 'Hello',
    status: 'active',
    startedAt: new Date(BEGINS_MS).toISOString(),
    startRequestId: 'request-0',
  };
}

function turnOf(random: ReturnType<typeof seededRandom>, turn: number): Turn {
  return {
    turn,
    messages: random.below(4),
    inputTokens: random.below(5_000),
    outputTokens: random.below(2_000),
    costUsdMicros: random.below(90_000),
  };
}

function countersOf({
  messageCount,
  inputTokens,
  outputTokens,
  costUsdMicros,
}: ReturnType<typeof sessionNow>) {
  return { messageCount, inputTokens, outputTokens, costUsdMicros };
}

function sumOf(turns: readonly Turn[]) {
  const sum = (figure: keyof Turn) => turns.reduce((total, turn) => total + turn[figure], 0);
  return {
    messageCount: sum('messages'),
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    costUsdMicros: sum('costUsdMicros'),
  };
}
