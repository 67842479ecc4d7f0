// What operators are told when the table can't be reached: one line each, exit status 1, no stack trace.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Database, startDatabase } from './database.ts';
import { runAdmin } from './run-admin.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const REGION = { AWS_REGION: 'eu-central-1' };
const SHOW = ['persona', 'show', '--org', 'org_acme', '--id', 'psn_ada'];

let database: Database;
let folder: string;
beforeAll(async () => {
  database = await startDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'moonborn-admin-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.close();
});

/** A home folder with this as its ~/.aws/config, and credentials for the profile "known". */
function awsSettings(config: string): string {
  const place = mkdtempSync(path.join(folder, 'home-'));
  mkdirSync(path.join(place, '.aws'));
  writeFileSync(path.join(place, '.aws/config'), config);
  writeFileSync(
    path.join(place, '.aws/credentials'),
    '[known]\naws_access_key_id = test\naws_secret_access_key = test\n',
  );
  return place;
}

describe('a deployed table', () => {
  it.each(['--table', 'MOONBORN_TABLE'])('is the one named by %s', async (how) => {
    const env = { ...CREDENTIALS, ...REGION, AWS_ENDPOINT_URL_DYNAMODB: database.endpoint };
    const created = await runAdmin(
      ['persona', 'create', '--org', 'org_acme', '--new-org', '--id', 'psn_ada', '--name', 'Ada'].concat(
        how === '--table' ? ['--table', database.tableName] : [],
      ),
      { folder, env: how === '--table' ? env : { ...env, MOONBORN_TABLE: database.tableName } },
    );
    expect(created).toMatchObject({ status: 0, stdout: expect.stringContaining('psn_ada') });
  });

  it('that does not exist is named', async () => {
    const env = { ...CREDENTIALS, ...REGION, AWS_ENDPOINT_URL_DYNAMODB: database.endpoint };
    expect(await runAdmin([...SHOW, '--table', 'Typo'], { folder, env })).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'error: There is no table "Typo" in this account and region. Check --table (the stack\'s output TableName), --region and AWS_PROFILE.\n',
    });
  });

  it.each([
    ['AWS_REGION', { AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-central-1'],
    ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
    ['the profile', { AWS_PROFILE: 'known' }, 'eu-south-1'],
    ['the default profile', {}, 'eu-north-1'],
  ])('is in the region that %s names', async (_, env, region) => {
    const place = awsSettings('[default]\nregion = eu-north-1\n[profile known]\nregion = eu-south-1\n');
    const regions: unknown[] = [];
    const aws = createServer(({ headers }, response) => {
      regions.push(/Credential=[^/]+\/\d+\/([^/]+)/.exec(headers.authorization ?? '')?.[1]);
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(aws, 'listening');
    const endpoint = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
    await runAdmin([...SHOW, '--table', 'Sessions'], {
      folder: place,
      env: { ...CREDENTIALS, ...env, AWS_ENDPOINT_URL_DYNAMODB: endpoint },
    });
    aws.close();
    expect(regions).toEqual([region]);
  });

  it.each([
    ['and there is no other setting', {}],
    ['and the region is known', REGION],
    ['and there are other credentials', { ...REGION, ...CREDENTIALS }],
  ])('with a profile that does not exist, %s: the profile is named', async (_, env) => {
    const place = awsSettings('[profile known]\nregion = eu-south-1\n');
    expectOneLine(
      await runAdmin([...SHOW, '--table', 'Sessions'], {
        folder: place,
        env: { ...env, AWS_PROFILE: 'typo' },
      }),
      'There is no AWS profile "typo". Check AWS_PROFILE',
    );
  });

  it.each([
    ['without credentials', REGION, 'No AWS credentials were found.'],
    ['without a region', CREDENTIALS, 'No AWS region was given. Use --region <name>'],
    [
      'at an address where nothing listens',
      { ...CREDENTIALS, ...REGION, AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' },
      "The database can't be reached (ECONNREFUSED).",
    ],
  ])('%s: what to do is said', async (_, env, reason) => {
    expectOneLine(await runAdmin([...SHOW, '--table', 'Sessions'], { folder, env }), reason);
  });
});

describe('when AWS refuses', () => {
  let aws: Server;
  let answer: { status: number; error: string; message: string };
  beforeAll(async () => {
    aws = createServer((_, response) => {
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        JSON.stringify({ __type: `com.amazon.coral.service#${answer.error}`, message: answer.message }),
      );
    }).listen(0, '127.0.0.1');
    await once(aws, 'listening');
  });
  afterAll(() => {
    aws.close();
  });

  const DENIED =
    'User: arn:aws:iam::1:user/ops is not authorized to perform: dynamodb:GetItem on resource: Sessions';
  it.each([
    ['AccessDeniedException', DENIED, `These AWS credentials may not do that: ${DENIED}. Operators need`],
    [
      'UnrecognizedClientException',
      'The security token is invalid.',
      'AWS does not accept these credentials',
    ],
    ['ExpiredTokenException', 'The security token is expired', 'The AWS credentials have expired.'],
    ['ThrottlingException', 'Rate exceeded', 'is being throttled (ThrottlingException). Try again'],
    [
      'ValidationException',
      'The provided key element does not match the schema',
      'is not a table of this service: The provided key element does not match the schema. Check --table',
    ],
    ['SomethingNewException', 'Odd.', 'The database failed (SomethingNewException): Odd.'],
  ])('with %s, the operator learns what to do', async (error, message, reason) => {
    answer = { status: 400, error, message };
    const endpoint = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
    const env = { ...CREDENTIALS, ...REGION, AWS_ENDPOINT_URL_DYNAMODB: endpoint };
    expectOneLine(await runAdmin([...SHOW, '--table', 'Sessions'], { folder, env }), reason);
  });
});

describe('the local stack', () => {
  function stackFile(content: string): string {
    const place = mkdtempSync(path.join(folder, 'stack-'));
    mkdirSync(path.join(place, '.local'));
    writeFileSync(path.join(place, '.local/stack.json'), content);
    return place;
  }
  const stack = { baseUrl: 'http://127.0.0.1:8787', tableName: 'Sessions', region: 'eu-central-1' };

  test('that was never started is to be started', async () => {
    expectOneLine(await runAdmin([...SHOW, '--local'], { folder }), 'The local stack is not running');
  });

  test('that has stopped is to be started again', async () => {
    const place = stackFile(JSON.stringify({ ...stack, databaseEndpoint: 'http://127.0.0.1:9' }));
    expectOneLine(
      await runAdmin([...SHOW, '--local'], { folder: place }),
      'The local database at http://127.0.0.1:9 does not answer (ECONNREFUSED). Start the stack with "npm start".',
    );
  });

  test('whose table is another one now is to be started again', async () => {
    const place = stackFile(
      JSON.stringify({ ...stack, tableName: 'Old', databaseEndpoint: database.endpoint }),
    );
    expectOneLine(await runAdmin([...SHOW, '--local'], { folder: place }), 'has no table "Old"');
  });

  test.each(['', '{', '{"tableName":""}', '[]'])(
    'that left %j behind is to be started again',
    async (content) => {
      expectOneLine(
        await runAdmin([...SHOW, '--local'], { folder: stackFile(content) }),
        'is not what the local stack writes',
      );
    },
  );

  test('that was told to use a table at AWS needs AWS credentials, like any other', async () => {
    const databaseEndpoint = 'https://dynamodb.eu-central-1.amazonaws.com';
    const place = stackFile(JSON.stringify({ ...stack, databaseEndpoint }));
    expectOneLine(await runAdmin([...SHOW, '--local'], { folder: place }), 'No AWS credentials were found.');
  });

  test('wins over MOONBORN_TABLE, and needs no AWS settings', async () => {
    const place = stackFile(
      JSON.stringify({ ...stack, tableName: database.tableName, databaseEndpoint: database.endpoint }),
    );
    const env = { MOONBORN_TABLE: 'Elsewhere' };
    const shown = await runAdmin(['key', 'list', '--org', 'org_none', '--local'], { folder: place, env });
    expect(shown).toMatchObject({ status: 0, stderr: expect.stringContaining('has no API keys') });
  });
});

function expectOneLine(finished: Awaited<ReturnType<typeof runAdmin>>, reason: string): void {
  expect({ status: finished.status, stdout: finished.stdout }).toEqual({ status: 1, stdout: '' });
  expect(finished.stderr).toMatch(/^error: .+\n$/);
  expect(finished.stderr).toContain(reason);
}
