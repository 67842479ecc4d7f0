// Thousands of starts with faults at every step, each retried with its key until it is answered.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { inParallel, sessionIn, start, untilAnswered } from './caller.ts';
import { type FaultKind, QUICK_FAULTS } from './fault.ts';
import type { Rule } from './fault-script.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from './faulty-stack.ts';
import { KEY_KINDS } from './idempotency-keys.ts';
import { runSize } from './run-size.ts';
import { seedFrom } from './seeded-random.ts';

const STARTS = runSize({ byDefault: 500, full: 10_000 });
const AT_ONCE = 16;
const SEED = seedFrom(process.env.SEED);

/** One call in five, and one in five hundred waits until somebody loses patience, which takes a second each. */
const FAULTS_EVERYWHERE: readonly Rule<unknown>[] = [
  {
    probability: 0.002,
    fault: [{ kind: 'hang-before' }, { kind: 'hang-after' }, { kind: 'stall' }, { kind: 'delay', ms: 1_500 }],
  },
  { probability: 0.2, fault: QUICK_FAULTS },
];

/** The caller itself waits for 15 s, so nothing hangs on its side. */
const FAULTS_BEFORE_THE_GATEWAY = FAULTS_EVERYWHERE.slice(1);

let stack: FaultyStack;
let tenant: Tenant;

beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: SEED });
});

afterAll(async () => {
  await stack.close();
  stack.remove();
});

describe.each(KEY_KINDS)(
  `${STARTS} starts, each with %s, with faults at every step (SEED=${SEED})`,
  (kind, newKey) => {
    it('make as many sessions, and every attempt of a start is answered alike, even where its answer is lost', async () => {
      tenant = await stack.newTenant();
      const answered = rememberAnswers();
      stack.client.follow(FAULTS_BEFORE_THE_GATEWAY);
      stack.database.follow(FAULTS_EVERYWHERE);
      const beganAtMs = performance.now();

      const starts = await inParallel(STARTS, AT_ONCE, async (i) => {
        const key = newKey();
        const title = i % 2 === 0 ? undefined : `Start ${i}`;
        const settled = await untilAnswered(() => start(stack.client.url, tenant, key, title));
        return { key, ...settled };
      });

      const seconds = (performance.now() - beganAtMs) / 1000;
      stack.client.follow([]);
      stack.database.follow([]);
      const stored = (await stack.items('#SESSION#')).filter(({ userId }) => userId === tenant.userId);
      const told = starts.map(({ reply }) => sessionIn(reply));
      report(kind, seconds, starts, answered);

      expect(stored).toHaveLength(STARTS);
      expect(new Set(told.map(({ sessionId }) => sessionId)).size).toBe(STARTS);
      expect(new Set(stored.map(({ sk }) => String(sk).slice(-26)))).toEqual(
        new Set(told.map(({ sessionId }) => sessionId.slice(4, 30))),
      );
      const contradicted = starts.filter(({ key, reply }) => {
        const bodies = answered.bodiesOf(key);
        return bodies.size !== 1 || !bodies.has(digest(reply.text));
      });
      expect(contradicted).toEqual([]);
    }, 1_800_000);
  },
);

/** What the gateway answered with 201, read before the answers are lost. */
function rememberAnswers() {
  const bodies = new Map<string, Set<string>>();
  let count = 0;
  stack.client.observe(({ idempotencyKey = '' }, { status, body }) => {
    if (status === 201) {
      count += 1;
      bodies.set(idempotencyKey, (bodies.get(idempotencyKey) ?? new Set()).add(digest(body)));
    }
  });
  return { bodiesOf: (key: string) => bodies.get(key) ?? new Set<string>(), count: () => count };
}

function report(
  kind: string,
  seconds: number,
  starts: readonly { readonly attempts: number }[],
  answered: { count(): number },
): void {
  const attempts = starts.reduce((sum, start) => sum + start.attempts, 0);
  console.info(
    `${STARTS} starts with ${kind}: ${attempts} attempts (at most ${Math.max(...starts.map((start) => start.attempts))} for one), ` +
      `${answered.count()} answers 201 of which ${answered.count() - STARTS} were lost, ` +
      `faults before the gateway: ${faultsOf(stack.client.records)}; before the database: ${faultsOf(stack.database.records)}; ` +
      `${seconds.toFixed(1)} s, SEED=${SEED}`,
  );
  stack.client.forget();
  stack.database.forget();
}

function faultsOf(records: readonly { readonly fault: { readonly kind: FaultKind } | undefined }[]): string {
  const met = records.flatMap(({ fault }) => (fault === undefined ? [] : [fault.kind]));
  return `${met.length} of ${records.length} calls, ${new Set(met).size} kinds`;
}

function digest(body: string | Buffer): string {
  return createHash('sha256').update(body).digest('base64');
}
