// 64 callers of one org who together ask for twice what its plan allows; `FULL=1` takes the whole 30 seconds.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { setOrgPlan } from '../../admin/org-plan.ts';
import { WINDOW_MS, windowOf } from '../../functions/limits/rate-limit.ts';
import { inParallel, type Reply, sessionIn, start } from '../faults/caller.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from '../faults/faulty-stack.ts';
import { runSize } from '../faults/run-size.ts';
import { secondsLeftInWindow } from './one-window.ts';

const CALLERS = 64;
const SECONDS = runSize({ byDefault: 10, full: 30 });
const LIMIT = runSize({ byDefault: 150, full: 600 });
const TIMES_THE_LIMIT = 2;

interface Timed {
  readonly atMs: number;
  readonly reply: Reply;
}

let stack: FaultyStack;
let [greedy, other]: Tenant[] = [];
let asked: Timed[] = [];
let askedByOther: Timed[] = [];
beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1 });
  const third = await stack.newTenant();
  [greedy, other] = [await stack.newTenant(), await stack.newTenant()];
  await setOrgPlan(stack.table, { orgId: greedy.orgId, plan: `per-minute-${LIMIT}` });
  // What an instance does for the first time takes longest, and is not what is looked at here.
  await inParallel(CALLERS * 2, CALLERS, () => start(stack.gatewayUrl, third));
  await secondsLeftInWindow(SECONDS + 8);
  [asked, askedByOther] = await Promise.all([
    callers(greedy, CALLERS, LIMIT * TIMES_THE_LIMIT),
    callers(other, 1, SECONDS * 2),
  ]);
}, 120_000);
afterAll(async () => {
  await stack.close();
  stack.remove();
});

async function callers(tenant: Tenant, count: number, requests: number): Promise<Timed[]> {
  const paceMs = (SECONDS * 1_000 * count) / requests;
  const startedMs = Date.now();
  const all: Timed[] = [];
  await Promise.all(
    Array.from({ length: count }, async (_, caller) => {
      for (let turn = 0; turn * count + caller < requests; turn += 1) {
        const dueMs = startedMs + (turn + caller / count) * paceMs;
        await sleep(Math.max(0, dueMs - Date.now()));
        const reply = await start(stack.gatewayUrl, tenant);
        all.push({ atMs: Date.now(), reply });
      }
    }),
  );
  return all.sort((a, b) => a.atMs - b.atMs);
}

const withStatus = (replies: readonly Timed[], status: number) =>
  replies.filter(({ reply }) => reply.status === status);
const header = ({ reply }: Timed, name: string) => Number(reply.headers.get(name) ?? Number.NaN);

describe(`64 callers who ask for ${TIMES_THE_LIMIT} times ${LIMIT} requests within ${SECONDS} s`, () => {
  it('are all answered in one minute of the clock, with 201 or 429', () => {
    expect(asked).toHaveLength(LIMIT * TIMES_THE_LIMIT);
    expect(new Set(asked.map(({ atMs }) => windowOf(atMs))).size).toBe(1);
    expect(new Set(asked.map(({ reply }) => reply.status))).toEqual(new Set([201, 429]));
  });

  it('have as many accepted as the plan says, within 5 %, and as many sessions started as accepted', async () => {
    const accepted = withStatus(asked, 201);
    console.info(`${accepted.length} of ${asked.length} requests accepted at a limit of ${LIMIT}`);
    expect(Math.abs(accepted.length - LIMIT)).toBeLessThanOrEqual(LIMIT * 0.05);
    const sessions = (await stack.items('SESSION')).filter(({ pk }) =>
      String(pk).startsWith(`ORG#${greedy?.orgId}#`),
    );
    expect(sessions).toHaveLength(accepted.length);
    expect(new Set(accepted.map(({ reply }) => sessionIn(reply).sessionId)).size).toBe(accepted.length);
  });

  it('are told on every answer what the limit is, what remains of it and when it begins again', () => {
    const resetsAt = (windowOf(asked[0]?.atMs ?? 0) + WINDOW_MS) / 1_000;
    for (const answer of asked) {
      expect(header(answer, 'x-ratelimit-limit')).toBe(LIMIT);
      expect(header(answer, 'x-ratelimit-reset')).toBe(resetsAt);
    }
    const remaining = withStatus(asked, 201).map((answer) => header(answer, 'x-ratelimit-remaining'));
    // No two are told the same, but on a machine that is too busy to count each of them in time.
    expect(new Set(remaining).size).toBeGreaterThan(remaining.length / 2);
    expect([Math.max(...remaining), Math.min(...remaining)]).toEqual([LIMIT - 1, 0]);
  });

  it('are told on each refusal to come back when the limit begins again', () => {
    for (const refused of withStatus(asked, 429)) {
      const retryAfter = header(refused, 'retry-after');
      expect(header(refused, 'x-ratelimit-remaining')).toBe(0);
      expect(Math.abs(refused.atMs / 1_000 + retryAfter - header(refused, 'x-ratelimit-reset'))).toBeLessThan(
        2,
      );
      expect(JSON.parse(refused.reply.text).error).toMatchObject({
        code: 'rate_limited',
        details: { retryAfter },
      });
    }
  });

  it('take nothing from another org, which is served and counted as if it were alone', () => {
    expect(askedByOther.map(({ reply }) => reply.status)).toEqual(askedByOther.map(() => 201));
    const limit = header(askedByOther[0] as Timed, 'x-ratelimit-limit');
    expect(limit).toBe(100_000);
    const least = Math.min(...askedByOther.map((answer) => header(answer, 'x-ratelimit-remaining')));
    expect(limit - least).toBeLessThanOrEqual(askedByOther.length);
  });
});
