// `npm run bench -- profile`: where the time of a first call and of a warm call goes, by source.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { databaseAnswers } from './calls.ts';
import { firstAnswer } from './cold/first-answer.ts';
import { type ColdPath, coldPaths } from './cold/paths.ts';
import { makeCertificate } from './database/certificate.ts';
import { startInstantDynamoDb } from './database/start-instant-dynamodb.ts';
import { deployForBench, variablesOf } from './deployed.ts';
import { type Parts, partsOf } from './profile/attribute.ts';
import { chosen } from './report/chosen.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';
import { rounded, textTable } from './report/text-table.ts';
import { CASE_NAMES } from './warm/case-names.ts';
import { bundleMeasure, openCase } from './warm.ts';

export interface ProfileOptions {
  /** Processes of each first call. */
  readonly rounds: number;
  /** Warm calls of each case. */
  readonly calls: number;
  /** Profiles the names that contain this text. */
  readonly only: string;
}

const LARGEST = 10;
const DEBUG = join(import.meta.dirname, '..', 'build', 'debug', 'lean');

export async function benchProfile({ rounds, calls, only }: ProfileOptions): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-bench-'));
  const certificate = makeCertificate(folder);
  const deployed = await deployForBench(folder);
  const answers = databaseAnswers(deployed.apiKey);
  const overTls = await startInstantDynamoDb(folder, answers, certificate);
  const database = await startInstantDynamoDb(folder, answers);
  try {
    const names = [...coldPaths(deployed), ...CASE_NAMES.map((name) => ({ name }))];
    chosen(names, only);
    const profiles: { name: string; unit: string; parts: Parts }[] = [];
    for (const path of coldPaths(deployed).filter(({ name }) => name.includes(only))) {
      const env = {
        ...variablesOf(path.lambda, overTls.endpoint),
        ...path.variables,
        NODE_EXTRA_CA_CERTS: certificate.certificateFile,
      };
      const taken = mkdtempSync(join(folder, 'profile-'));
      const flags = ['--cpu-prof', '--cpu-prof-interval=50', `--cpu-prof-dir=${taken}`];
      for (let round = 0; round < rounds; round += 1) {
        await firstAnswer(join(path.lambda.codeFolder, 'index.cjs'), path.event, env, path.isGood, flags);
      }
      const each = readdirSync(taken).map((file) => partsOf(readProfile(join(taken, file)), coldMapOf(path)));
      profiles.push({ name: `${path.name}, first call`, unit: 'ms', parts: meanOf(each) });
    }
    const bundle = await bundleMeasure('lean');
    for (const name of CASE_NAMES.filter((one) => one.includes(only))) {
      const child = openCase(bundle, name, deployed, database.endpoint);
      const profile = await child.profile(calls);
      const parts = partsOf(profile, (file) =>
        file === 'index.cjs' ? join(DEBUG, 'measure', 'index.cjs.map') : undefined,
      );
      profiles.push({ name: `${name}, warm`, unit: 'µs', parts: scaled(parts, 1000 / calls) });
    }
    for (const { name, unit, parts } of profiles) {
      console.log(`\n${name}\n${describe(parts, unit)}`);
    }
    console.log(
      `\nCPU profiles: means of ${rounds} first calls, and of ${calls} warm calls. A profiled call is slower.`,
    );
    console.log(saveResults('profile', machine, { rounds, calls, profiles }));
  } finally {
    database.stop();
    overTls.stop();
    rmSync(folder, { recursive: true });
  }
}

function readProfile(file: string): Profiler.Profile {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Bundled files beside `index.cjs` are parts that load later. */
function coldMapOf({ entry }: ColdPath) {
  const name = basename(entry, '.ts');
  return (file: string) => {
    if (file === 'first-answer.cjs') {
      return undefined;
    }
    const debug = file === 'index.cjs' ? name : `${name}.${basename(file, '.cjs')}`;
    return join(DEBUG, debug, `${file}.map`);
  };
}

function meanOf(all: readonly Parts[]): Parts {
  const sum: Record<string, number> = {};
  for (const [part, ms] of all.flatMap((parts) => Object.entries(parts))) {
    sum[part] = (sum[part] ?? 0) + ms;
  }
  return scaled(sum, 1 / all.length);
}

function scaled(parts: Parts, factor: number): Parts {
  return Object.fromEntries(Object.entries(parts).map(([part, ms]) => [part, ms * factor]));
}

function describe(parts: Parts, unit: string): string {
  const all = Object.entries(parts).sort(([, a], [, b]) => b - a);
  const total = all.reduce((sum, [, value]) => sum + value, 0);
  return textTable(
    [unit, '%', 'part'],
    [...all.slice(0, LARGEST), ['all parts', total] as const].map(([part, value]) => [
      rounded(value, 1),
      rounded((100 * value) / total),
      part,
    ]),
  );
}
