// `npm run bench:cold`: each function from the start of its module to its first answer, beside three other builds of it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { databaseAnswers } from './calls.ts';
import { buildBaseline, buildByNodejsFunction } from './cold/builds.ts';
import { type FirstAnswer, firstAnswer } from './cold/first-answer.ts';
import { type ColdPath, coldPaths, hasStatus } from './cold/paths.ts';
import { makeCertificate } from './database/certificate.ts';
import { startInstantDynamoDb } from './database/start-instant-dynamodb.ts';
import { type Deployed, deployForBench, variablesOf } from './deployed.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';
import { median } from './report/statistics.ts';
import { rounded, textTable } from './report/text-table.ts';

const BUILDS = ['ours', 'NodejsFunction', 'SDK alone', 'floor'] as const;
type Build = (typeof BUILDS)[number];

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '25' }, only: { type: 'string', default: '' } },
});
await main(Number(values.rounds), values.only);

async function main(rounds: number, only: string): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-bench-'));
  const certificate = makeCertificate(folder);
  const deployed = await deployForBench(folder);
  const database = await startInstantDynamoDb(folder, databaseAnswers(deployed.apiKey), certificate);
  try {
    const { paths, modules } = await buildAll(deployed);
    const chosen = paths.filter(({ name }) => name.includes(only));
    const env = ({ lambda }: ColdPath) => ({
      ...variablesOf(lambda, database.endpoint),
      NODE_EXTRA_CA_CERTS: certificate.certificateFile,
    });
    const results = await measure(chosen, modules, env, rounds);
    for (const result of results) {
      console.log(`\n${result.path}\n${describeResult(result)}`);
    }
    const measured = results.map(({ path, builds }) => ({ path, builds }));
    console.log('\nFor a session JWT, NodejsFunction builds an authorizer that loads the SDK first.');
    console.log(
      `Medians of ${rounds} fresh processes, interleaved. ${saveResults('cold', machine, { rounds, measured })}`,
    );
  } finally {
    database.stop();
    rmSync(folder, { recursive: true });
  }
}

type ModuleOf = (path: ColdPath, build: Build) => string | undefined;

async function buildAll(deployed: Deployed): Promise<{ paths: ColdPath[]; modules: ModuleOf }> {
  const byNodejsFunction = buildByNodejsFunction();
  const [floor, sdkAlone] = [await buildBaseline('floor'), await buildBaseline('sdk-alone')];
  return {
    paths: coldPaths(deployed),
    modules: ({ entry, lambda, databaseCalls }, build) =>
      ({
        ours: join(lambda.codeFolder, 'index.cjs'),
        NodejsFunction: byNodejsFunction.get(entry),
        'SDK alone': databaseCalls.length === 0 ? undefined : sdkAlone,
        floor,
      })[build],
  };
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

interface PathResult {
  readonly path: string;
  readonly builds: readonly Summary[];
}

/** One process at a time, every build in each round, so that a busy moment is shared. */
async function measure(
  paths: readonly ColdPath[],
  modules: ModuleOf,
  env: (path: ColdPath) => Record<string, string>,
  rounds: number,
): Promise<PathResult[]> {
  const taken = new Map<string, FirstAnswer[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const path of paths) {
      for (let turn = 0; turn < BUILDS.length; turn += 1) {
        const build = BUILDS[(turn + round) % BUILDS.length] as Build;
        const module = modules(path, build);
        if (module !== undefined) {
          const isOurs = build === 'ours' || build === 'NodejsFunction';
          const event = isOurs ? path.event : { databaseCalls: path.databaseCalls };
          const answer = await firstAnswer(module, event, env(path), isOurs ? path.isGood : hasStatus(200));
          const name = `${path.name} ${build}`;
          taken.set(name, [...(taken.get(name) ?? []), answer]);
        }
      }
    }
  }
  return paths.map((path) => ({
    path: path.name,
    builds: BUILDS.flatMap((build) => {
      const module = modules(path, build);
      return module === undefined ? [] : [summary(build, module, taken.get(`${path.name} ${build}`) ?? [])];
    }),
  }));
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

function describeResult({ builds }: PathResult): string {
  const of = (name: Build) => builds.find(({ build }) => build === name)?.sumMs ?? Number.NaN;
  const [defaults, floor] = [of('NodejsFunction'), of('floor')];
  return textTable(
    ['build', 'kB', 'gz', 'init ms', 'first ms', 'sum ms', 'CPU ms', 'RSS MB', 'x NodejsFunction', 'x floor'],
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
