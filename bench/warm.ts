// `npm run bench -- warm`: the CPU time of one warm call of each operation, by part.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleInto, type DatabaseClient } from '../infra/bundle-functions.ts';
import { databaseAnswers } from './calls.ts';
import { type DatabaseCall, startInstantDynamoDb } from './database/start-instant-dynamodb.ts';
import { authorizerOf, type Deployed, deployForBench, variablesOf } from './deployed.ts';
import { chosen } from './report/chosen.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';
import { mean, median } from './report/statistics.ts';
import { rounded, textTable } from './report/text-table.ts';
import { CASE_NAMES, type CaseName } from './warm/case-names.ts';
import type { Batch, Measure, WarmMeasurement } from './warm/measure.ts';

export interface WarmOptions {
  readonly rounds: number;
  /** In each round. */
  readonly calls: number;
  /** Measures the cases whose names contain this text. */
  readonly only: string;
  /** The measured client of the database. */
  readonly client: DatabaseClient;
}

export async function benchWarm({ rounds, calls, only, client }: WarmOptions): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  const cases = chosen(
    CASE_NAMES.map((name) => ({ name })),
    only,
  );
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-bench-'));
  const deployed = await deployForBench(folder);
  const bundle = await bundleMeasure(client);
  const database = await startInstantDynamoDb(folder, databaseAnswers(deployed.apiKey));
  try {
    const operations: OperationCost[] = [];
    const middy: Batch[] = [];
    for (const { name } of cases) {
      const child = openCase(bundle, name, deployed, database.endpoint);
      // The first call may fill caches that the other calls use.
      await child.call();
      const databaseCalls = await database.requestsOf(() => child.call());
      const measurement = await child.measure({ databaseCalls, rounds, calls });
      operations.push(costOf(name, databaseCalls, measurement));
      middy.push(...measurement.middy);
    }
    const middyMicros = median(middy.map(({ cpuMicros }) => cpuMicros));
    console.log(`\n${describe(operations)}\n`);
    console.log(
      `Client ${client}. Microseconds for a call: mean of the wall clock, median of CPU; ${rounds} rounds of ${calls} calls, one at a time.`,
    );
    console.log(
      'Own: all but the client, on a table that answers at once. Floor: the same requests, signed by hand.',
    );
    console.log(`Middy with three empty middlewares and its time-out: ${rounded(middyMicros, 1)} of own.`);
    const name = client === 'lean' ? 'warm' : `warm-${client}`;
    console.log(saveResults(name, machine, { client, rounds, calls, middyMicros, operations }));
  } finally {
    database.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Bundled in the same way as the deployed functions. */
export async function bundleMeasure(client: DatabaseClient): Promise<string> {
  const folder = join(import.meta.dirname, '..', 'build', 'bench', 'warm', client);
  await bundleInto(folder, join(import.meta.dirname, 'warm', 'measure.ts'), client);
  return join(folder, 'index.cjs');
}

/** A separate process for each case, as each operation is a separate function. */
export function openCase(
  bundle: string,
  name: CaseName,
  { deployment, apiKey, sessionJwt }: Deployed,
  databaseEndpoint: string,
) {
  const child = fork(bundle, [name, apiKey, sessionJwt], {
    env: variablesOf(authorizerOf(deployment), databaseEndpoint),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`The measured process ended with ${code}`);
  });
  const word = async <T>(): Promise<T> => (await Promise.race([once(child, 'message'), exited]))[0];
  return {
    /** Runs one call of the case, which must succeed. */
    call() {
      child.send('call');
      return word<'good'>();
    },
    /** Profiles calls of the case, once they are compiled. */
    profile(calls: number) {
      child.send({ profiledCalls: calls });
      return word<Profiler.Profile>();
    },
    measure(order: Measure) {
      child.send(order);
      return word<WarmMeasurement>();
    },
  };
}

interface OperationCost {
  readonly name: CaseName;
  readonly databaseCalls: number;
  readonly wholeMicros: number;
  readonly floorMicros: number;
  readonly timesFloor: number;
  readonly wholeCpuMicros: number;
  readonly floorCpuMicros: number;
  readonly timesFloorCpu: number;
  readonly ownMicros: number;
  /** CPU time of the client, less that of the bare requests. */
  readonly clientMicros: number;
}

function costOf(
  name: CaseName,
  databaseCalls: readonly DatabaseCall[],
  { whole, own, floor }: WarmMeasurement,
): OperationCost {
  const wall = (batches: readonly Batch[]) => mean(batches.map(({ wallMicros }) => wallMicros));
  const cpu = (batches: readonly Batch[]) => median(batches.map(({ cpuMicros }) => cpuMicros));
  const ownMicros = cpu(own);
  return {
    name,
    databaseCalls: databaseCalls.length,
    wholeMicros: wall(whole),
    floorMicros: wall(floor),
    timesFloor: wall(whole) / wall(floor),
    wholeCpuMicros: cpu(whole),
    floorCpuMicros: cpu(floor),
    timesFloorCpu: cpu(whole) / cpu(floor),
    ownMicros,
    clientMicros: cpu(whole) - ownMicros - cpu(floor),
  };
}

function describe(operations: readonly OperationCost[]): string {
  return textTable(
    ['operation', 'requests', 'whole', 'floor', 'x', 'CPU', 'floor CPU', 'x CPU', 'own CPU', 'client CPU'],
    operations.map((one) => [
      one.name,
      one.databaseCalls,
      rounded(one.wholeMicros),
      rounded(one.floorMicros),
      rounded(one.timesFloor, 2),
      rounded(one.wholeCpuMicros),
      rounded(one.floorCpuMicros),
      rounded(one.timesFloorCpu, 2),
      rounded(one.ownMicros, 1),
      rounded(one.clientMicros),
    ]),
  );
}
