// What is left of the SDK around a call to the table: it still signs, tries again and sets its clock right.
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTable, type Table } from '../../../functions/store/table.ts';
import { answers, type Behaviour, DatabaseDouble, failsWith } from '../database-double.ts';

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

function get() {
  return table.client.send(new GetCommand({ TableName: table.name, Key: { pk: 'a', sk: 'b' } }));
}

describe('around a call to the table', () => {
  it('the SDK keeps these parts of its stack, and a new one must be looked at', () => {
    const names = table.client.middlewareStack.identify().map((part) => part.split(' ')[0]);
    expect(names).toEqual([
      'serializerMiddleware',
      'contentLengthMiddleware',
      'hostHeaderMiddleware',
      'retryMiddleware',
      'httpSigningMiddleware',
      'deserializerMiddleware',
    ]);
  });

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
