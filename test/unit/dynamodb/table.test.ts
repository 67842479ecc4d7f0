// What counts as an outage of the database, shown with a real socket, and what is a mistake of ours.
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Outage } from '../../../functions/aws/outage.ts';
import {
  callOptions,
  ENDPOINT_LIMITS,
  openTable,
  reach,
  type Table,
  within,
} from '../../../functions/dynamodb/table.ts';
import {
  answers,
  type Behaviour,
  breaksOff,
  DatabaseDouble,
  failsWith,
  hangs,
  resets,
  stalls,
} from '../database-double.ts';

const LIMITS = { maxAttempts: 1, connectionTimeoutMs: 200, requestTimeoutMs: 200 };
const database = new DatabaseDouble();
let table: Table;

beforeAll(async () => {
  await database.start();
  table = openTable('sessions', LIMITS);
});
beforeEach(() => {
  database.requests = [];
});
afterAll(() => database.stop());

function get(from: Table): Promise<unknown> {
  return reach(
    from.client.send(new GetCommand({ TableName: from.name, Key: { pk: 'a', sk: 'b' } }), callOptions(from)),
  );
}

async function failure(behaviour: Behaviour, from = table): Promise<Error> {
  database.behaviour = behaviour;
  return get(from).then(
    () => new Error('it succeeded'),
    (error) => error,
  );
}

describe('an outage of the database', () => {
  const outages: [string, Behaviour][] = [
    ['a connection that is reset', resets],
    ['no answer at all', hangs],
    ['an answer that breaks off', breaksOff],
    ['an answer that stalls', stalls],
    ['an internal error', failsWith(500, 'InternalServerError')],
    ['an error page of something in between', answers(502, '<html>Bad gateway</html>')],
    ['a service that is unavailable', failsWith(503, 'ServiceUnavailable')],
    ['throttling of the table', failsWith(400, 'ProvisionedThroughputExceededException')],
    ['throttling of a partition', failsWith(400, 'ThrottlingException')],
    ['throttling of the account', failsWith(400, 'RequestLimitExceeded')],
  ];

  it.each(outages)('is %s', async (_what, behaviour) => {
    const error = await failure(behaviour);
    expect(error).toBeInstanceOf(Outage);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('is a port where nobody listens', async () => {
    const address = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
    const gone = new DatabaseDouble();
    await gone.start();
    const unreachable = openTable('sessions', LIMITS);
    await gone.stop();
    process.env.AWS_ENDPOINT_URL_DYNAMODB = address;
    expect(await failure(answers(200, {}), unreachable)).toBeInstanceOf(Outage);
  });

  it('is a name that does not resolve', async () => {
    const address = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
    process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://database.invalid';
    const unnamed = openTable('sessions', LIMITS);
    expect(await failure(answers(200, {}), unnamed)).toBeInstanceOf(Outage);
    process.env.AWS_ENDPOINT_URL_DYNAMODB = address;
  });

  it('is a deadline that passes while a call is under way, which then ends at once', async () => {
    const patient = openTable('sessions', { ...LIMITS, requestTimeoutMs: 5_000 });
    const startedMs = performance.now();
    expect(await failure(hangs, within(patient, AbortSignal.timeout(50)))).toBeInstanceOf(Outage);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it('is a deadline that has passed before the call', async () => {
    expect(await failure(answers(200, {}), within(table, AbortSignal.abort()))).toBeInstanceOf(Outage);
    expect(database.requests).toEqual([]);
  });
});

describe('no outage, but a mistake that somebody must mend', () => {
  it.each([
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ValidationException',
    'UnrecognizedClientException',
    'ConditionalCheckFailedException',
    'ItemCollectionSizeLimitExceededException',
  ])('is %s', async (name) => {
    const error = await failure(failsWith(400, name));
    expect(error).not.toBeInstanceOf(Outage);
    expect(error.name).toBe(name);
  });
});

describe('a call to the table', () => {
  it('survives one lost connection, by being made again', async () => {
    const lenient = openTable('sessions', { ...LIMITS, maxAttempts: 2 });
    database.behaviour = (request, response, body) => {
      (database.requests.length === 1 ? resets : answers(200, {}))(request, response, body);
    };
    await expect(get(lenient)).resolves.toMatchObject({ $metadata: { attempts: 2 } });
  });

  it('is given up on within the time that the limits of an endpoint allow', async () => {
    const { maxAttempts, requestTimeoutMs } = ENDPOINT_LIMITS;
    const startedMs = performance.now();
    expect(await failure(hangs, openTable('sessions', ENDPOINT_LIMITS))).toBeInstanceOf(Outage);
    expect(database.requests).toHaveLength(maxAttempts);
    expect(performance.now() - startedMs).toBeLessThan(maxAttempts * requestTimeoutMs + 2_000);
  }, 10_000);
});
