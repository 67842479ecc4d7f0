// The test suites, one project for each folder of test/: those of `npm test`, and those that `npm run test:all` adds.
import { availableParallelism } from 'node:os';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { findMoto } from './engines/moto.ts';

/** No test reaches AWS: the credentials are made up and the database's address leads nowhere until a test sets it. */
const ISOLATED = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SESSION_TOKEN: '',
};

/** Only what hangs is ended by these: no test is slow because its machine is. */
const PATIENT = { testTimeout: 900_000, hookTimeout: 900_000, expect: { poll: { timeout: 600_000 } } };

/** What an entry reads from its environment when it is imported. */
const ENTRY_ENV = {
  ...ISOLATED,
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
  TABLE_NAME: 'sessions',
  API_KEY_REMEMBER_SECONDS: '5',
};

/** Some suites wait for most of their time. With one worker, vitest would leave the order of projects alone. */
export const MAX_WORKERS = Math.max(3, availableParallelism());

type Project = NonNullable<TestProjectInlineConfiguration['test']>;

function suite({ env = ISOLATED, ...project }: Project): TestProjectInlineConfiguration {
  return { test: { root: `${import.meta.dirname}/..`, env, ...PATIENT, ...project } };
}

const onEngine = (engine: 'dynalite' | 'moto') => ({ ...ISOLATED, TABLE_ENGINE: engine });

/** @param count of faults that a race may meet, unless the environment says otherwise */
const withFaults = (count: number) => ({
  ...ISOLATED,
  MODEL_FAULTS: process.env.MODEL_FAULTS || String(count),
});

const STRICT_CLIENT = 'test/openapi/strict-client.setup.ts';
/** For suites that run what is bundled and synthesised. */
const STACK = 'test/changed/stack.setup.ts';

/** The API over HTTP against the local stack on one database engine. */
function apiSuite(engine: 'dynalite' | 'moto', setUp: string): TestProjectInlineConfiguration {
  return suite({
    name: `api on ${engine}`,
    include: ['test/api/**/*.test.ts', 'test/model/on-engines/**/*.test.ts'],
    globalSetup: [setUp, STRICT_CLIENT, STACK],
  });
}

/** Tests of the TypeScript SDK, from its own folder. */
function sdkSuite(project: Project): TestProjectInlineConfiguration {
  return suite({ root: `${import.meta.dirname}/../sdk/typescript`, maxConcurrency: 16, env: {}, ...project });
}

/** They pack, install and start browsers and runtimes. */
const SDK_PACKAGE_TESTS = ['test/package.test.ts', 'test/workerd.test.ts', 'test/browser.test.ts'];

/** What `npm test` runs. */
export const QUICK: TestProjectInlineConfiguration[] = [
  suite({ name: 'unit', include: ['test/unit/**/*.test.ts'], env: ENTRY_ENV }),
  suite({ name: 'dynamodb', include: ['test/dynamodb/**/*.test.ts'], env: onEngine('dynalite') }),
  suite({
    name: 'infra',
    include: ['test/infra/**/*.test.ts'],
    globalSetup: ['test/infra/synthesise.ts', STACK],
  }),
  suite({ name: 'model', include: ['test/model/*.test.ts'], env: withFaults(1) }),
  apiSuite('dynalite', 'test/privilege/record.setup.ts'),
  // Compares what the API's suite made the functions do with what they may do, so it runs after it.
  suite({
    name: 'privilege',
    include: ['test/privilege/**/*.test.ts'],
    globalSetup: ['test/privilege/assemblies.setup.ts', STACK],
    sequence: { groupOrder: 1 },
  }),
  // What the tests themselves stand on, and the pages in Markdown.
  suite({
    name: 'harness',
    include: ['test/*.test.ts', 'test/{docs,emulator,soak}/**/*.test.ts'],
    globalSetup: 'test/changed/project.setup.ts',
  }),
  sdkSuite({ name: 'sdk', include: ['test/*.test.ts'], exclude: SDK_PACKAGE_TESTS }),
  suite({ name: 'lint', include: ['test/lint/**/*.test.ts'], globalSetup: 'test/changed/project.setup.ts' }),
];

/** What `npm run test:all` runs as well. */
export const REST: TestProjectInlineConfiguration[] = [
  suite({ name: 'local', include: ['test/local/**/*.test.ts'], globalSetup: STACK }),
  suite({ name: 'admin', include: ['test/admin/*.test.ts'], globalSetup: STACK }),
  suite({ name: 'cost', include: ['test/admin/cost/*.test.ts'], globalSetup: STACK }),
  suite({ name: 'bench', include: ['test/bench/**/*.test.ts'], globalSetup: STACK }),
  suite({ name: 'model at two faults', include: ['test/model/*-races.test.ts'], env: withFaults(2) }),
  suite({
    name: 'openapi',
    include: ['test/openapi/**/*.test.ts'],
    globalSetup: ['test/engines/dynalite.setup.ts', STRICT_CLIENT, STACK],
  }),
  suite({
    name: 'alarms',
    include: ['test/alarms/**/*.test.ts'],
    globalSetup: ['test/alarms/synthesise.setup.ts', STACK],
  }),
  suite({
    name: 'smoke',
    include: ['test/smoke/**/*.test.ts'],
    globalSetup: ['test/engines/dynalite.setup.ts', STACK],
  }),
  suite({
    name: 'faults',
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/faults/assembly.setup.ts', STACK],
  }),
  suite({
    name: 'security',
    include: ['test/security/**/*.test.ts'],
    globalSetup: ['test/engines/dynalite.setup.ts', 'test/faults/assembly.setup.ts', STRICT_CLIENT, STACK],
  }),
  suite({
    name: 'customers',
    include: ['test/customers/**/*.test.ts'],
    globalSetup: ['test/customers/assembly.setup.ts', STRICT_CLIENT, STACK],
    env: { ...ENTRY_ENV, EVENT_BUS_NAME: 'moonborn-events', EVENT_TYPES: 'chat.session.started' },
  }),
  sdkSuite({ name: 'sdk package', include: SDK_PACKAGE_TESTS }),
  ...onMoto(),
];

function onMoto(): TestProjectInlineConfiguration[] {
  if (findMoto() === undefined) {
    console.info('Not run on moto, which is not installed (test/engines/install-moto installs it).');
    return [];
  }
  return [
    apiSuite('moto', 'test/engines/moto.setup.ts'),
    suite({ name: 'dynamodb on moto', include: ['test/dynamodb/contract.test.ts'], env: onEngine('moto') }),
  ];
}
