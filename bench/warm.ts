// `npm run bench:warm`: what one call of each operation costs once everything is loaded, and which part of it is whose.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleInto } from '../infra/bundle-functions.ts';
import { databaseAnswers } from './calls.ts';
import { startInstantDynamoDb } from './database/start-instant-dynamodb.ts';
import { authorizerOf, type Deployed, deployForBench, variablesOf } from './deployed.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';
import { mean, median } from './report/statistics.ts';
import { rounded, textTable } from './report/text-table.ts';
import { CASE_NAMES, type CaseName } from './warm/case-names.ts';
import type { Batch, WarmMeasurement } from './warm/measure.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    calls: { type: 'string', default: '300' },
    only: { type: 'string', default: '' },
  },
});
await main(Number(values.rounds), Number(values.calls), values.only);

async function main(rounds: number, calls: number, only: string): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-bench-'));
  const deployed = await deployForBench(folder);
  const database = await startInstantDynamoDb(folder, databaseAnswers(deployed.apiKey));
  try {
    const operations: OperationCost[] = [];
    const middy: Batch[] = [];
    for (const name of CASE_NAMES.filter((one) => one.startsWith(only))) {
      const measurement = await measure(name, deployed, database.endpoint, rounds, calls);
      operations.push(costOf(name, measurement));
      middy.push(...measurement.middy);
    }
    const middyMicros = median(middy.map(({ cpuMicros }) => cpuMicros));
    console.log(`\n${describe(operations)}\n`);
    console.log(
      `Microseconds for a call: mean of the wall clock, median of CPU; ${rounds} rounds of ${calls} calls, one at a time.`,
    );
    console.log(
      'Own: all but the SDK, on a table that answers at once. Floor: the same requests, signed by hand.',
    );
    console.log(`Middy with three empty middlewares and its time-out: ${rounded(middyMicros, 1)} of own.`);
    console.log(saveResults('warm', machine, { rounds, calls, middyMicros, operations }));
  } finally {
    database.stop();
    rmSync(folder, { recursive: true });
  }
}

/** In a process of its own, from a bundle made as those that are deployed. */
async function measure(
  name: CaseName,
  { deployment, apiKey, sessionJwt }: Deployed,
  databaseEndpoint: string,
  rounds: number,
  calls: number,
): Promise<WarmMeasurement> {
  const folder = join(import.meta.dirname, '..', 'build', 'bench', 'warm');
  await bundleInto(folder, join(import.meta.dirname, 'warm', 'measure.ts'), 'lean');
  const settings = [name, apiKey, sessionJwt, String(rounds), String(calls)];
  const child = fork(join(folder, 'index.cjs'), settings, {
    env: variablesOf(authorizerOf(deployment), databaseEndpoint),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const [measurement] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The measured process ended with ${code}`);
    }),
  ]);
  return measurement;
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
  /** CPU of the SDK beyond what the bare requests take. */
  readonly sdkMicros: number;
}

function costOf(name: CaseName, { databaseCalls, whole, own, floor }: WarmMeasurement): OperationCost {
  const wall = (batches: readonly Batch[]) => mean(batches.map(({ wallMicros }) => wallMicros));
  const cpu = (batches: readonly Batch[]) => median(batches.map(({ cpuMicros }) => cpuMicros));
  const ownMicros = cpu(own);
  return {
    name,
    databaseCalls,
    wholeMicros: wall(whole),
    floorMicros: wall(floor),
    timesFloor: wall(whole) / wall(floor),
    wholeCpuMicros: cpu(whole),
    floorCpuMicros: cpu(floor),
    timesFloorCpu: cpu(whole) / cpu(floor),
    ownMicros,
    sdkMicros: cpu(whole) - ownMicros - cpu(floor),
  };
}

function describe(operations: readonly OperationCost[]): string {
  return textTable(
    ['operation', 'requests', 'whole', 'floor', 'x', 'CPU', 'floor CPU', 'x CPU', 'own CPU', 'SDK CPU'],
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
      rounded(one.sdkMicros),
    ]),
  );
}
