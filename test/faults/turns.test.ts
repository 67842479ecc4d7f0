// Turns over HTTP: each counts once, whatever is lost on the way, and everybody who loses a race is told the truth.
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Session } from '../../functions/sessions/session.ts';
import type { Turn } from '../../functions/sessions/turn.ts';
import {
  deleteSession,
  endSession,
  getSession,
  inParallel,
  recordTurn,
  sessionIn,
  start,
  untilAnswered,
  updateSession,
} from './caller.ts';
import type { DatabaseCall } from './database-proxy.ts';
import { QUICK_FAULTS } from './fault.ts';
import type { Rule } from './fault-script.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from './faulty-stack.ts';
import { runSize } from './run-size.ts';
import { seededRandom, seedFrom } from './seeded-random.ts';

const SESSIONS = 100;
const TURNS = runSize({ byDefault: 10, full: 100 });
const AT_ONCE = 16;
const SEED = seedFrom(process.env.SEED);

/** The database also falls silent now and then, which takes its callers a second each. */
const CLIENT_FAULTS: readonly Rule<unknown>[] = [{ probability: 0.2, fault: QUICK_FAULTS }];
const DATABASE_FAULTS: readonly Rule<unknown>[] = [
  {
    probability: 0.002,
    fault: [{ kind: 'hang-before' }, { kind: 'hang-after' }, { kind: 'stall' }, { kind: 'delay', ms: 1_500 }],
  },
  ...CLIENT_FAULTS,
];

let stack: FaultyStack;
let tenant: Tenant;
let sessionId: string;

beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: SEED });
});

afterAll(async () => {
  await stack.close();
  stack.remove();
});

beforeEach(async () => {
  tenant = await stack.newTenant();
  sessionId = sessionIn(await start(stack.gatewayUrl, tenant)).sessionId;
});

const read = async (id = sessionId) => sessionIn(await getSession(stack.gatewayUrl, tenant, id));
const record = async (turn: Turn) => {
  const { status, text } = await recordTurn(stack.gatewayUrl, tenant, sessionId, turn);
  return { status, body: JSON.parse(text) };
};
const conflicts = (answers: readonly { readonly status: number; readonly body: { error?: unknown } }[]) =>
  answers.filter(({ status }) => status === 409).map(({ body }) => body.error);

describe(`${SESSIONS * TURNS} turns of ${SESSIONS} sessions, with faults at every step (SEED=${SEED})`, () => {
  it('are counted exactly, each turn recorded until it is answered, now and then by two engines', async () => {
    const random = seededRandom(SEED).fork('turns');
    const ids = await inParallel(
      SESSIONS,
      AT_ONCE,
      async () => sessionIn(await start(stack.gatewayUrl, tenant)).sessionId,
    );
    stack.client.follow(CLIENT_FAULTS);
    stack.database.follow(DATABASE_FAULTS);
    const beganAtMs = performance.now();
    let attemptsInAll = 0;

    const recorded = await inParallel(SESSIONS, AT_ONCE, async (i) => {
      const turns: Turn[] = [];
      for (let number = 1; number <= TURNS; number += 1) {
        const turn = turnOf(number, { messages: random.below(4), inputTokens: random.below(5_000) });
        turns.push(turn);
        const engines = random.chance(0.2) ? 2 : 1;
        const settled = await inParallel(engines, engines, () =>
          untilAnswered(() => recordTurn(stack.client.url, tenant, ids[i] as string, turn)),
        );
        const answers = settled.map(({ reply, attempts }) => ({ attempts, ...JSON.parse(reply.text) }));
        expect(settled.map(({ reply }) => reply.status)).toEqual(settled.map(() => 200));
        expect(answers.filter(({ alreadyRecorded }) => !alreadyRecorded).length).toBeLessThanOrEqual(1);
        // A single engine whose first attempt is answered is told of its own turn.
        expect(
          answers.some(({ alreadyRecorded, attempts }) => alreadyRecorded && attempts + engines === 2),
        ).toBe(false);
        attemptsInAll += settled.reduce((sum, { attempts }) => sum + attempts, 0);
      }
      return turns;
    });

    stack.client.follow([]);
    stack.database.follow([]);
    const seconds = ((performance.now() - beganAtMs) / 1000).toFixed(1);
    const faults = [stack.client, stack.database].map(
      ({ records }) =>
        `${records.filter(({ fault }) => fault !== undefined).length} of ${records.length} calls`,
    );
    console.info(
      `${SESSIONS * TURNS} turns: ${attemptsInAll} attempts, faults before the gateway: ${faults[0]}; ` +
        `before the database: ${faults[1]}; ${seconds} s, SEED=${SEED}`,
    );
    const sessions = await inParallel(SESSIONS, AT_ONCE, (i) => read(ids[i]));
    expect(sessions.map(countersOf)).toEqual(recorded.map(sumOf));
  }, 1_800_000);
});

describe('64 engines at once', () => {
  it('that record one turn alike are told so, one of them that it was the first; the turn counts once', async () => {
    const answers = await inParallel(64, 64, () => record(turnOf(1)));

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.filter(({ body }) => !body.alreadyRecorded)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.session))).size).toBe(1);
    expect(await read()).toMatchObject(sumOf([turnOf(1)]));
  });

  it('that record one turn with figures of their own: one wins, and the rest are told that it has others', async () => {
    const answers = await inParallel(64, 64, (i) => record(turnOf(1, { inputTokens: i })));

    const winners = answers.filter(({ status }) => status === 200);
    expect(winners.map(({ body }) => body.alreadyRecorded)).toEqual([false]);
    expect(conflicts(answers)).toEqual(
      Array.from({ length: 63 }, () => ({
        code: 'state_conflict',
        message: expect.stringContaining('Turn 1 has been recorded with other figures'),
      })),
    );
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(await read()).toMatchObject(sumOf([turnOf(1, { inputTokens: winner })]));
  });

  it('that record 16 turns are told which one is next, until all are there', async () => {
    const turns = Array.from({ length: 16 }, (_, i) => turnOf(i + 1, { inputTokens: i }));
    const left = new Set(turns);
    while (left.size > 0) {
      // Four engines for each.
      const round = [...left, ...left, ...left, ...left];
      const answers = await inParallel(round.length, 64, (i) => record(round[i] as Turn));
      answers.forEach(({ status, body }, i) => {
        if (status === 200) {
          left.delete(round[i] as Turn);
        } else {
          expect([status, body.error.code]).toEqual([409, 'state_conflict']);
          expect(body.error.details.nextTurn).toBeLessThan((round[i] as Turn).turn);
        }
      });
      expect(left.size).toBeLessThan(round.length / 4);
    }
    expect(await read()).toMatchObject(sumOf(turns));
  });
});

describe('Turns at the same time as', () => {
  it.each([
    { what: 'an end', stop: endSession, says: 'The session has ended' },
    {
      what: 'an archiving',
      stop: (url: string, of: Tenant, id: string) => updateSession(url, of, id, { archived: true }),
      says: 'The session is archived',
    },
    { what: 'a deletion', stop: deleteSession, says: 'The session has been deleted' },
  ])(
    '$what count when they were told so, and are refused with the reason from then on',
    async ({ stop, says }) => {
      const turns = Array.from({ length: 20 }, (_, i) => turnOf(i + 1));
      const recording = (async () => {
        const answers = [];
        for (const turn of turns) {
          answers.push(await record(turn));
        }
        return answers;
      })();
      await expect.poll(async () => (await read()).messageCount).toBeGreaterThan(0);
      await stop(stack.gatewayUrl, tenant, sessionId);
      const answers = await recording;
      const late = await record(turnOf(21));

      const counted = answers.filter(({ status }) => status === 200);
      expect(answers.slice(0, counted.length)).toEqual(counted);
      for (const error of [...conflicts(answers), ...conflicts([late])]) {
        expect(error).toMatchObject({ code: 'state_conflict', message: expect.stringContaining(says) });
      }
      expect(late.status).toBe(409);
      const reply = await getSession(stack.gatewayUrl, tenant, sessionId);
      if (reply.status !== 404) {
        expect(sessionIn(reply)).toMatchObject(sumOf(turns.slice(0, counted.length)));
      }
    },
  );
});

describe('A turn whose write is answered by nobody', () => {
  const records = ({ operation, sortKey }: DatabaseCall) =>
    operation === 'UpdateItem' && sortKey?.includes('#SESSION#') === true;

  it.each(['drop-after', 'cut', 'hang-after', 'stall'] as const)(
    '("%s") is recognised as its own when the write is sent again, and counts once',
    async (kind) => {
      stack.database.follow([{ when: records, nth: 1, fault: { kind } }]);
      const answer = await record(turnOf(1));
      stack.database.follow([]);

      expect([answer.status, answer.body.alreadyRecorded]).toEqual([200, false]);
      expect(await read()).toMatchObject(sumOf([turnOf(1)]));
    },
  );

  it('and that arrives once more, after the next turn, changes nothing', async () => {
    stack.database.forget();
    stack.database.follow([{ when: records, nth: 1, fault: { kind: 'delay', ms: 1_500 } }]);
    await record(turnOf(1));
    await record(turnOf(2));
    const before = await read();
    await expect.poll(() => stack.database.records.filter(({ status }) => status === 400).length).toBe(1);
    stack.database.follow([]);

    expect(await read()).toEqual(before);
    expect(before).toMatchObject(sumOf([turnOf(1), turnOf(2)]));
  });
});

function turnOf(turn: number, figures: Partial<Turn> = {}): Turn {
  return { turn, messages: 2, inputTokens: 120, outputTokens: 30, costUsdMicros: 450, ...figures };
}

function countersOf({ messageCount, inputTokens, outputTokens, costUsdMicros }: Session) {
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
