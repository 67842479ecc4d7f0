// `npm run bench -- cold`: the time from loading a function's module to its first answer, for several builds of it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { databaseAnswers } from './calls.ts';
import { BUILDS, type Build, buildAll, type ModuleOf } from './cold/builds.ts';
import { type FirstAnswer, firstAnswer } from './cold/first-answer.ts';
import { type ColdPath, coldPaths, hasStatus } from './cold/paths.ts';
import { makeCertificate } from './database/certificate.ts';
import { type InstantDatabase, startInstantDynamoDb } from './database/start-instant-dynamodb.ts';
import { deployForBench, variablesOf } from './deployed.ts';
import { chosen } from './report/chosen.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';
import { median } from './report/statistics.ts';
import { rounded, textTable } from './report/text-table.ts';

export interface ColdOptions {
  /** Processes of each build and path. */
  readonly rounds: number;
  /** Measures the paths whose names contain this text. */
  readonly only: string;
}

export async function benchCold({ rounds, only }: ColdOptions): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-bench-'));
  const certificate = makeCertificate(folder);
  const deployed = await deployForBench(folder);
  const database = await startInstantDynamoDb(folder, databaseAnswers(deployed.apiKey), certificate);
  try {
    const paths = chosen(coldPaths(deployed), only);
    const modules = await buildAll(paths);
    const env = ({ lambda, variables }: ColdPath) => ({
      ...variablesOf(lambda, database.endpoint),
      ...variables,
      NODE_EXTRA_CA_CERTS: certificate.certificateFile,
    });
    const results = await measure(paths, answering(modules, env, database), rounds);
    const measured = results.map(({ path, answers }) => ({
      path: path.name,
      builds: BUILDS.map((build) => summary(build, modules(path, build), answers[build])),
    }));
    for (const result of measured) {
      console.log(`\n${result.path}\n${describeResult(result)}`);
    }
    console.log('\nNodejsFunction: the same source as CDK bundles it by default, the AWS SDK outside.');
    console.log('For a session JWT, with client sdk, it is an authorizer that loads the SDK first.');
    console.log(
      `Medians of ${rounds} fresh processes, interleaved. ${saveResults('cold', machine, { rounds, measured })}`,
    );
  } finally {
    database.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Runs one call of a build in a new process. */
type Answering = (path: ColdPath, build: Build) => Promise<FirstAnswer>;

function answering(
  modules: ModuleOf,
  env: (path: ColdPath) => Record<string, string>,
  database: InstantDatabase,
): Answering {
  const calls = new Map<ColdPath, object>();
  const answer = (path: ColdPath, build: Build, event: object, isGood: ColdPath['isGood']) =>
    firstAnswer(modules(path, build), event, env(path), isGood);
  return async (path, build) => {
    if (build !== 'floor') {
      return answer(path, build, path.event, path.isGood);
    }
    // The floor sends the same requests as the function.
    const databaseCalls =
      calls.get(path) ?? (await database.requestsOf(() => answer(path, 'ours', path.event, path.isGood)));
    calls.set(path, databaseCalls);
    return answer(path, build, { databaseCalls }, hasStatus(200));
  };
}

interface PathAnswers {
  readonly path: ColdPath;
  readonly answers: Readonly<Record<Build, FirstAnswer[]>>;
}

/** One process at a time, and every build in each round, so that other load affects all builds alike. */
async function measure(
  paths: readonly ColdPath[],
  answer: Answering,
  rounds: number,
): Promise<PathAnswers[]> {
  const results = paths.map((path) => ({
    path,
    answers: Object.fromEntries(
      BUILDS.map((build): [Build, FirstAnswer[]] => [build, []]),
    ) as PathAnswers['answers'],
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { path, answers } of results) {
      for (let turn = 0; turn < BUILDS.length; turn += 1) {
        const build = BUILDS[(turn + round) % BUILDS.length] as Build;
        answers[build].push(await answer(path, build));
      }
    }
  }
  return results;
}

interface Summary {
  readonly build: Build;
  readonly bytes: number;
  readonly gzippedBytes: number;
  readonly initMs: number;
  readonly firstMs: number;
  readonly sumMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

function summary(build: Build, module: string, answers: readonly FirstAnswer[]): Summary {
  const files = readdirSync(dirname(module)).map((file) => readFileSync(join(dirname(module), file)));
  const middle = (value: (answer: FirstAnswer) => number) => median(answers.map(value));
  return {
    build,
    bytes: sum(files.map(({ length }) => length)),
    gzippedBytes: sum(files.map((file) => gzipSync(file, { level: 9 }).length)),
    initMs: middle(({ initMs }) => initMs),
    firstMs: middle(({ firstMs }) => firstMs),
    sumMs: middle(({ initMs, firstMs }) => initMs + firstMs),
    cpuMs: middle(({ cpuMs }) => cpuMs),
    rssMb: middle(({ rssMb }) => rssMb),
  };
}

function describeResult({ builds }: { readonly builds: readonly Summary[] }): string {
  const of = (name: Build) => builds.find(({ build }) => build === name)?.sumMs ?? Number.NaN;
  const [defaults, floor] = [of('NodejsFunction, sdk'), of('floor')];
  return textTable(
    [
      'build',
      'kB',
      'gz',
      'init ms',
      'first ms',
      'sum ms',
      'CPU ms',
      'RSS MB',
      'x NodejsFunction, sdk',
      'x floor',
    ],
    builds.map((one) => [
      one.build,
      rounded(one.bytes / 1000, 1),
      rounded(one.gzippedBytes / 1000, 1),
      rounded(one.initMs, 1),
      rounded(one.firstMs, 1),
      rounded(one.sumMs, 1),
      rounded(one.cpuMs, 1),
      rounded(one.rssMb, 1),
      rounded(one.sumMs / defaults, 2),
      rounded(one.sumMs / floor, 2),
    ]),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
