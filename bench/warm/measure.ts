// The measured process: every case in turn, a few hundred calls at a time, round after round.
import middy from '@middy/core';
import { type WarmCase, warmCases } from './cases.ts';

export interface Batch {
  readonly wallMicros: number;
  readonly cpuMicros: number;
}

export interface CaseBatches {
  readonly name: string;
  readonly databaseCalls: number;
  readonly whole: readonly Batch[];
  readonly own: readonly Batch[];
  readonly floor: readonly Batch[];
}

export interface WarmMeasurement {
  readonly cases: readonly CaseBatches[];
  /** Three empty middlewares around a handler that does nothing. */
  readonly middy: readonly Batch[];
}

/** Calls on the network take long enough that fewer make a batch. */
const OWN_CALLS_FACTOR = 10;
const WARM_UP_ROUNDS = 3;

const [, , apiKey = '', sessionJwt = '', rounds = '', calls = '', only = ''] = process.argv;
measure(Number(rounds), Number(calls)).then((measurement) => {
  process.send?.(measurement, () => process.exit());
});

async function measure(rounds: number, calls: number): Promise<WarmMeasurement> {
  const cases = warmCases(apiKey, sessionJwt).filter(({ name }) => name.startsWith(only));
  for (const one of cases) {
    await requireGood(one);
  }
  const taken = cases.map(({ name, databaseCalls }) => ({
    name,
    databaseCalls,
    whole: [] as Batch[],
    own: [] as Batch[],
    floor: [] as Batch[],
  }));
  const middyAlone = emptyMiddy();
  const middyBatches: Batch[] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    const keep = (into: Batch[] | undefined, batch: Batch) => round >= 0 && into?.push(batch);
    for (const [i, { whole, own, floor }] of cases.entries()) {
      // The ones that are compared come right after each other.
      keep(taken[i]?.whole, await batchOf(whole, calls));
      if (floor !== undefined) {
        keep(taken[i]?.floor, await batchOf(floor, calls));
      }
      keep(taken[i]?.own, await batchOf(own, calls * OWN_CALLS_FACTOR));
    }
    keep(middyBatches, await batchOf(middyAlone, calls * OWN_CALLS_FACTOR));
  }
  return { cases: taken, middy: middyBatches };
}

async function batchOf(call: () => Promise<unknown>, calls: number): Promise<Batch> {
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  for (let i = 0; i < calls; i += 1) {
    await call();
  }
  const wallMicros = ((performance.now() - startedMs) * 1000) / calls;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallMicros, cpuMicros: (user + system) / calls };
}

/** A refusal would be quick for the wrong reason. */
async function requireGood({ name, whole, own }: WarmCase): Promise<void> {
  for (const answer of [await whole(), await own()]) {
    const { statusCode = 200, context } = answer as { statusCode?: number; context?: { authn: string } };
    if (statusCode >= 300 || (context !== undefined && context.authn !== 'ok')) {
      throw new Error(`The case "${name}" does not go well: ${JSON.stringify(answer)}`);
    }
  }
}

function emptyMiddy(): () => Promise<unknown> {
  const empty = () => ({ before() {}, after() {}, onError() {} });
  const handler = middy({ timeoutEarlyInMillis: 1_000, timeoutEarlyResponse() {} })
    .use(empty())
    .use(empty())
    .use(empty())
    .handler(async () => undefined);
  return async () => handler({}, { getRemainingTimeInMillis: () => 10_000 } as never);
}
