// The test suites, one project for each folder of test/.
import { defineConfig } from 'vitest/config';
import { findMoto } from './test/engines/moto.ts';

/** No test reaches AWS: the credentials are made up and the database's address leads nowhere until a test sets it. */
const ISOLATED = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SESSION_TOKEN: '',
};

/** These suites start processes and whole stacks, some of them on machines that are busy with other things. */
const PATIENT = { testTimeout: 120_000, hookTimeout: 120_000 };

/** What an entry reads from its environment when it is imported. */
const ENTRY_ENV = {
  ...ISOLATED,
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
  TABLE_NAME: 'sessions',
  API_KEY_REMEMBER_SECONDS: '5',
};

/** The API's suite, over HTTP against the local stack on one database engine. */
function apiSuite(engine: 'dynalite' | 'moto') {
  return {
    test: {
      name: `api on ${engine}`,
      include: ['test/api/**/*.test.ts', 'test/model/on-engines/**/*.test.ts'],
      globalSetup: [`test/engines/${engine}.setup.ts`, 'test/openapi/strict-client.setup.ts'],
      env: ISOLATED,
      ...PATIENT,
    },
  };
}

if (findMoto() === undefined) {
  console.info(
    'The API suite runs on dynalite only: moto is not installed (test/engines/install-moto installs it).',
  );
}

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'dynamodb', include: ['test/dynamodb/**/*.test.ts'], env: ISOLATED, ...PATIENT } },
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], env: ENTRY_ENV } },
      {
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          globalSetup: 'test/infra/synthesise.ts',
          env: ISOLATED,
          ...PATIENT,
        },
      },
      // What the tests themselves stand on, and the pages in Markdown.
      {
        test: {
          name: 'harness',
          include: ['test/*.test.ts', 'test/{docs,emulator,soak}/**/*.test.ts'],
          env: ISOLATED,
        },
      },
      { test: { name: 'bench', include: ['test/bench/**/*.test.ts'], env: ISOLATED, testTimeout: 60_000 } },
      { test: { name: 'lint', include: ['test/lint/**/*.test.ts'], ...PATIENT } },
      { test: { name: 'local', include: ['test/local/**/*.test.ts'], env: ISOLATED, ...PATIENT } },
      { test: { name: 'admin', include: ['test/admin/*.test.ts'], env: ISOLATED, ...PATIENT } },
      { test: { name: 'cost', include: ['test/admin/cost/*.test.ts'], env: ISOLATED, ...PATIENT } },
      {
        test: {
          name: 'openapi',
          include: ['test/openapi/**/*.test.ts'],
          globalSetup: ['test/engines/dynalite.setup.ts', 'test/openapi/strict-client.setup.ts'],
          env: ISOLATED,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'alarms',
          include: ['test/alarms/**/*.test.ts'],
          globalSetup: 'test/alarms/synthesise.setup.ts',
          env: ISOLATED,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'privilege',
          include: ['test/privilege/**/*.test.ts'],
          globalSetup: ['test/privilege/record.setup.ts', 'test/openapi/strict-client.setup.ts'],
          env: ISOLATED,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'smoke',
          include: ['test/smoke/**/*.test.ts'],
          globalSetup: 'test/engines/dynalite.setup.ts',
          env: ISOLATED,
          ...PATIENT,
        },
      },
      { test: { name: 'model', include: ['test/model/*.test.ts'], env: ISOLATED, ...PATIENT } },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          globalSetup: 'test/faults/assembly.setup.ts',
          env: ISOLATED,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'security',
          include: ['test/security/**/*.test.ts'],
          globalSetup: [
            'test/engines/dynalite.setup.ts',
            'test/faults/assembly.setup.ts',
            'test/openapi/strict-client.setup.ts',
          ],
          env: ISOLATED,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'customers',
          include: ['test/customers/**/*.test.ts'],
          globalSetup: ['test/customers/assembly.setup.ts', 'test/openapi/strict-client.setup.ts'],
          env: { ...ENTRY_ENV, EVENT_BUS_NAME: 'moonborn-events', EVENT_TYPES: 'chat.session.started' },
          testTimeout: 150_000,
          hookTimeout: 60_000,
        },
      },
      apiSuite('dynalite'),
      ...(findMoto() === undefined ? [] : [apiSuite('moto')]),
    ],
  },
});
