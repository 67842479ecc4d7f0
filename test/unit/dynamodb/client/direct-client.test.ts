// Calls to the table take a straight way through the SDK: they say, hear, sign and try again as on its own way.
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { StandardRetryStrategy } from '@smithy/core/retry';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTable, type Table } from '../../../../functions/dynamodb/table.ts';
import { answers, type Behaviour, DatabaseDouble, failsWith } from '../../database-double.ts';

const LIMITS = { maxAttempts: 2, connectionTimeoutMs: 500, requestTimeoutMs: 500 };
const AHEAD_MS = 3_600_000;
const database = new DatabaseDouble();
let table: Table;
let received: { headers: IncomingHttpHeaders; body: string }[];

beforeAll(() => database.start());
beforeEach(() => {
  received = [];
  table = openTable('sessions', LIMITS);
});
afterAll(() => database.stop());

/** The last behaviour goes on for ever. */
function behaves(...behaviours: Behaviour[]): void {
  database.behaviour = (request, response, body) => {
    received.push({ headers: request.headers, body });
    behaviours[Math.min(received.length, behaviours.length) - 1]?.(request, response, body);
  };
}

function get(options: { abortSignal?: AbortSignal } = {}) {
  return table.client.send(new GetCommand({ TableName: table.name, Key: { pk: 'a', sk: 'b' } }), options);
}

const KEY = { pk: 'ORG#1', sk: 'a "quoted" \\ key' };
const ITEM = { ...KEY, title: 'Évening 🌙', count: 3, parts: ['a', { b: null, c: true }], big: 2 ** 40 };
const STORED = { pk: { S: 'ORG#1' }, count: { N: '3' }, parts: { L: [{ M: { b: { NULL: true } } }] } };

describe('a command', () => {
  const commands = {
    get: () => new GetCommand({ TableName: 'sessions', Key: KEY, ConsistentRead: true }),
    put: () =>
      new PutCommand({
        TableName: 'sessions',
        Item: ITEM,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    update: () =>
      new UpdateCommand({
        TableName: 'sessions',
        Key: KEY,
        UpdateExpression: 'SET #a = :a',
        ExpressionAttributeNames: { '#a': 'a' },
        ExpressionAttributeValues: { ':a': ITEM.parts },
        ReturnValues: 'ALL_NEW',
      }),
    query: () =>
      new QueryCommand({
        TableName: 'sessions',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': KEY.pk },
        ExclusiveStartKey: KEY,
        Limit: 7,
      }),
  };
  const answer = {
    Attributes: STORED,
    Count: 2,
    Item: STORED,
    Items: [STORED, STORED],
    LastEvaluatedKey: { pk: { S: 'ORG#1' } },
  };

  it.each(Object.entries(commands))(
    '%s says and hears what it would through the SDK itself',
    async (_, make) => {
      behaves(answers(200, answer));
      const { $metadata: _ours, ...heard } = await send(table.client, make());
      const { $metadata: _theirs, ...expected } = await send(sdkItself(), make());
      const [said, toSay] = received.map(({ headers, body }) => ({
        body: JSON.parse(body),
        contentLength: headers['content-length'],
        contentType: headers['content-type'],
        target: headers['x-amz-target'],
      }));
      expect(said).toEqual(toSay);
      expect(heard).toEqual(expected);
    },
  );

  it('that a condition refuses fails with the item in its way, as through the SDK itself', async () => {
    const type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
    behaves(answers(400, { __type: type, message: 'The conditional request failed', Item: STORED }));
    for (const client of [table.client, sdkItself()]) {
      const error = await send(client, commands.put()).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(ConditionalCheckFailedException);
      expect(error).toMatchObject({ message: 'The conditional request failed', Item: STORED });
    }
  });
});

describe('around a call to the table', () => {
  it('each call is signed with AWS Signature Version 4, the second like the first', async () => {
    behaves(answers(200, {}));
    await get();
    await get();
    for (const { headers, body } of received) {
      expect(headers.authorization).toContain(`Signature=${expectedSignature(headers, body)}`);
    }
    expect(received).toHaveLength(2);
  });

  it('nothing is said of the SDK or the machine', async () => {
    behaves(answers(200, {}));
    await get();
    const names = Object.keys(received[0]?.headers ?? {});
    expect(names.filter((name) => /user-agent|trace-id/.test(name))).toEqual([]);
  });

  it.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'InternalServerError'])(
    'a call that met %s is made again',
    async (error) => {
      behaves(failsWith(error === 'InternalServerError' ? 500 : 400, error), answers(200, {}));
      await expect(get()).resolves.toMatchObject({ $metadata: { attempts: 2 } });
    },
  );

  it('a deadline that passes before the next attempt ends the call at once', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.99);
    behaves(failsWith(400, 'ThrottlingException'));
    const startedMs = performance.now();
    const call = get({ abortSignal: AbortSignal.timeout(50) });
    await expect(call).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(performance.now() - startedMs).toBeLessThan(600);
    expect(received).toHaveLength(1);
    random.mockRestore();
  });

  it('what goes well gives back, bit by bit, what retries have used up of their quota', async () => {
    const retries = (await table.client.config.retryStrategy()) as StandardRetryStrategy;
    behaves(failsWith(400, 'ThrottlingException'));
    await get().catch(() => {});
    const left = retries.getCapacity();
    behaves(answers(200, {}));
    await get();
    await get();
    expect([left < 500, retries.getCapacity() - left]).toEqual([true, 2]);
  });

  it('a refusal is not asked for again', async () => {
    behaves(failsWith(400, 'ConditionalCheckFailedException'));
    await expect(get()).rejects.toThrow(expect.objectContaining({ name: 'ConditionalCheckFailedException' }));
    expect(received).toHaveLength(1);
  });

  it('a clock that is an hour wrong is set right by the refusal, and the call is made again', async () => {
    const tooEarly = failsWith(400, 'InvalidSignatureException');
    behaves(
      (request, response, body) => {
        response.setHeader('date', new Date(Date.now() + AHEAD_MS).toUTCString());
        tooEarly(request, response, body);
      },
      answers(200, {}),
    );
    await get();
    const [first = 0, second = 0] = received.map(({ headers }) => sentAtMs(headers));
    expect(second - first).toBeGreaterThan(AHEAD_MS - 10_000);
  });
});

function sdkItself(): DynamoDBDocumentClient {
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  return DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint }));
}

function send(client: DynamoDBDocumentClient, command: unknown) {
  return client.send(command as GetCommand);
}

function sentAtMs(headers: IncomingHttpHeaders): number {
  const date = String(headers['x-amz-date']);
  return Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
}

/** As in AWS's description of the protocol, from what has arrived. */
function expectedSignature(headers: IncomingHttpHeaders, body: string): string {
  const { authorization = '', 'x-amz-date': date = '' } = headers;
  const [, scope = '', signedHeaders = ''] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const signed = signedHeaders.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = ['POST', '/', '', signed.join(''), signedHeaders, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const secret: string | Buffer = `AWS4${process.env.AWS_SECRET_ACCESS_KEY}`;
  const key = scope.split('/').reduce<string | Buffer>((parent, part) => hmac(parent, part), secret);
  return hmac(key, toSign).toString('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
