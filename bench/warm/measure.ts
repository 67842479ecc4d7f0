// The measured process: runs one case and its floor in batches of calls, for several rounds.

import type { Profiler } from 'node:inspector';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { DatabaseCall } from '../database/start-instant-dynamodb.ts';
import type { CaseName } from './case-names.ts';
import { floorOf, type WarmCase, warmCase } from './cases.ts';

export interface Batch {
  readonly wallMicros: number;
  readonly cpuMicros: number;
}

export interface WarmMeasurement {
  readonly whole: readonly Batch[];
  readonly own: readonly Batch[];
  /** Empty for a call without requests. */
  readonly floor: readonly Batch[];
  /** Middy with three empty middlewares and an empty handler. */
  readonly middy: readonly Batch[];
}

/** The order to profile. */
export interface Profile {
  readonly profiledCalls: number;
}

/** The order to measure. A third message of the parent is `call`, for a single call of the case. */
export interface Measure {
  /** The requests of one call. */
  readonly databaseCalls: readonly DatabaseCall[];
  readonly rounds: number;
  /** In each round. */
  readonly calls: number;
}

/** Calls without the network are faster, so their batches are larger by this factor. */
const OWN_CALLS_FACTOR = 10;
/** Enough for Node to compile the hot code. */
const WARM_UP_CALLS = 10_000;

const [, , name = '', apiKey = '', sessionJwt = ''] = process.argv;
const measured = warmCase(name as CaseName, apiKey, sessionJwt);
process.on('message', async (order: Measure | Profile | 'call') => {
  if (order === 'call') {
    await requireGood(measured);
    process.send?.('good');
  } else if ('profiledCalls' in order) {
    process.send?.(await profile(measured, order), () => process.exit());
  } else {
    process.send?.(await measure(measured, order), () => process.exit());
  }
});

async function measure(
  { whole, own }: WarmCase,
  { databaseCalls, rounds, calls }: Measure,
): Promise<WarmMeasurement> {
  const floor = databaseCalls.length === 0 ? undefined : floorOf(databaseCalls);
  const middyAlone = emptyMiddy();
  const taken = {
    whole: [] as Batch[],
    own: [] as Batch[],
    floor: [] as Batch[],
    middy: [] as Batch[],
  };
  for (let round = -Math.ceil(WARM_UP_CALLS / calls); round < rounds; round += 1) {
    const keep = (into: Batch[], batch: Batch) => round >= 0 && into.push(batch);
    // Compared batches run directly one after the other.
    keep(taken.whole, await batchOf(whole, calls));
    if (floor !== undefined) {
      keep(taken.floor, await batchOf(floor, calls));
    }
    keep(taken.own, await batchOf(own, calls * OWN_CALLS_FACTOR));
    keep(taken.middy, await batchOf(middyAlone, calls * OWN_CALLS_FACTOR));
  }
  return taken;
}

/** The inspector is loaded for this order only, so that it takes no time of the measured calls. */
async function profile({ whole }: WarmCase, { profiledCalls }: Profile): Promise<Profiler.Profile> {
  await batchOf(whole, WARM_UP_CALLS);
  const { Session } = process.getBuiltinModule('node:inspector/promises');
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  await batchOf(whole, profiledCalls);
  const { profile: taken } = await session.post('Profiler.stop');
  return taken;
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

/** Throws unless the calls succeed: a refusal would be quicker. */
async function requireGood({ whole, own }: WarmCase): Promise<void> {
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
  return async () => handler({}, { getRemainingTimeInMillis: () => 10_000 } as Context);
}
