// The two proxies do what their scripts say, the same again for the same seed.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startClientProxy } from './client-proxy.ts';
import { consumedBy, startDatabaseProxy } from './database-proxy.ts';
import type { Fault, FaultKind } from './fault.ts';
import { readScript } from './fault-script.ts';
import { seededRandom } from './seeded-random.ts';

const opened: { close(): Promise<void> }[] = [];
let arrived: { headers: IncomingMessage['headers']; rawHeaders: string[]; url: string; body: string }[];
let upstream: string;

beforeEach(async () => {
  arrived = [];
  upstream = await farSide();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

describe('a proxy with an empty script', () => {
  it('hands over method, path, headers and body as they came, and the answer as it was given', async () => {
    const proxy = await clientProxy();

    const answer = await fetch(`${proxy.url}/a%2Fb?c=d+e`, {
      method: 'POST',
      headers: { 'Idempotency-Key': 'key-1', 'X-Odd': 'é' },
      body: 'text with ünïcode',
    });

    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-far')).toBe('side');
    expect(await answer.text()).toBe('answer to text with ünïcode');
    expect(arrived).toMatchObject([{ url: '/a%2Fb?c=d+e', body: 'text with ünïcode' }]);
    expect(arrived[0]?.rawHeaders).toContain('Idempotency-Key');
    expect(proxy.records).toEqual([
      {
        call: { method: 'POST', path: '/a%2Fb?c=d+e', idempotencyKey: 'key-1' },
        fault: undefined,
        status: 201,
      },
    ]);
  });
});

describe('a fault', () => {
  it.each<[FaultKind, number]>([
    ['drop-before', 0],
    ['reset', 0],
    ['drop-after', 1],
    ['cut', 1],
  ])('"%s" loses the answer, and the far side saw the call %i times', async (kind, times) => {
    const proxy = await clientProxy({ kind } as Fault);

    await expect(post(proxy.url).then((answer) => answer.text())).rejects.toThrow();

    expect(arrived).toHaveLength(times);
  });

  it.each<[FaultKind, number]>([
    ['hang-before', 0],
    ['hang-after', 1],
    ['stall', 1],
  ])('"%s" keeps the caller waiting, and the far side saw the call %i times', async (kind, times) => {
    const proxy = await clientProxy({ kind } as Fault);

    const call = post(proxy.url, AbortSignal.timeout(150)).then((answer) => answer.text());

    await expect(call).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));
    expect(arrived).toHaveLength(times);
  });

  it.each<[FaultKind]>([['delay'], ['delay-answer']])('"%s" takes its time', async (kind) => {
    const proxy = await clientProxy({ kind, ms: 120 } as Fault);
    const startedAtMs = performance.now();

    expect((await post(proxy.url)).status).toBe(201);

    expect(performance.now() - startedAtMs).toBeGreaterThan(110);
  });

  it('"cut" ends in the middle of the answer, after its head', async () => {
    const proxy = await clientProxy({ kind: 'cut' });

    const answer = await post(proxy.url);

    expect(answer.status).toBe(201);
    await expect(answer.text()).rejects.toThrow();
  });

  it('answers a caller in the words of the gateway', async () => {
    const proxy = await clientProxy({ kind: 'error' }, { kind: 'throttle' }, { kind: 'overloaded' });

    const answers = [await post(proxy.url), await post(proxy.url), await post(proxy.url)];

    expect(answers.map((answer) => answer.status)).toEqual([500, 429, 503]);
    expect(await answers[0]?.json()).toEqual({ message: 'Internal Server Error' });
    expect(await answers[1]?.json()).toEqual({ message: 'Too Many Requests' });
    expect(arrived).toHaveLength(0);
  });
});

describe('a script', () => {
  const letters = [...'abcabcabcabcabcabcabcabc'];

  it('chooses by what the call is, by its number, and by chance', () => {
    const faultOf = readScript<string>(
      [
        { when: (letter) => letter === 'a', nth: [2, 3], fault: { kind: 'reset' } },
        { when: (letter) => letter === 'b', fault: { kind: 'error' } },
        { when: (letter) => letter === 'c', probability: 0, fault: { kind: 'throttle' } },
      ],
      1,
    );

    const kinds = letters.slice(0, 9).map((letter) => faultOf(letter)?.kind ?? 'none');
    expect(kinds.join(' ')).toBe('none error none reset error none reset error none');
  });

  it('is the same again for the same seed, and another for another', () => {
    const play = (seed: number) => {
      const fault = [{ kind: 'reset' }, { kind: 'error' }, { kind: 'cut' }] as const;
      return letters.map(readScript<string>([{ probability: 0.5, fault }], seed)).map((each) => each?.kind);
    };

    expect(play(7)).toEqual(play(7));
    expect(play(7)).not.toEqual(play(8));
    expect(new Set(play(7)).size).toBe(4);
  });
});

describe('seeded random numbers', () => {
  it('spread evenly, and a fork does not depend on what was drawn before', () => {
    const random = seededRandom(42);
    const before = random.fork('x').next();
    const counts = Array.from({ length: 8 }, () => 0);
    for (let i = 0; i < 8_000; i += 1) {
      const slot = random.below(8);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }

    expect(random.fork('x').next()).toBe(before);
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });
});

describe('the proxy before the database', () => {
  const put = { TableName: 'T', Item: { pk: { S: 'p' }, sk: { S: 'WS#w#SESSION#1' } } };

  it('knows the operation, the function that calls, and the item that it is about', async () => {
    const proxy = keep(await startDatabaseProxy({ upstream, seed: 1 }));

    await dynamodb(proxy.url, 'PutItem', put);

    expect(proxy.records.map(({ call }) => call)).toEqual([
      { operation: 'PutItem', caller: 'LOCALStartChatSession', sortKey: 'WS#w#SESSION#1' },
    ]);
    expect(arrived[0]?.body, 'it changes nothing unless it is to count').toBe(JSON.stringify(put));
  });

  it('asks for the consumed capacity and shows it', async () => {
    const proxy = keep(await startDatabaseProxy({ upstream, seed: 1, countCapacity: true }));
    const consumed: unknown[] = [];
    proxy.observe(({ operation }, answer) => consumed.push([operation, consumedBy(answer)]));

    await dynamodb(proxy.url, 'PutItem', put);

    expect(JSON.parse(arrived[0]?.body ?? '')).toEqual({ ...put, ReturnConsumedCapacity: 'TOTAL' });
    expect(consumed).toEqual([['PutItem', 1]]);
  });

  it.each<[FaultKind, number, string]>([
    ['error', 500, 'InternalServerError'],
    ['throttle', 400, 'ThrottlingException'],
    ['throughput-exceeded', 400, 'ProvisionedThroughputExceededException'],
  ])('answers "%s" as DynamoDB does', async (kind, status, type) => {
    const script = [{ fault: { kind } as Fault }];
    const proxy = keep(await startDatabaseProxy({ upstream, seed: 1, script }));

    const answer = await dynamodb(proxy.url, 'PutItem', put);

    expect(answer.status).toBe(status);
    expect((await answer.json()) as { __type: string }).toMatchObject({
      __type: `com.amazonaws.dynamodb.v20120810#${type}`,
    });
    expect(arrived).toHaveLength(0);
  });
});

function keep<T extends { close(): Promise<void> }>(proxy: T): T {
  opened.push(proxy);
  return proxy;
}

/** Its calls meet these faults one after the other, and where there is one, each of them does. */
async function clientProxy(...faults: Fault[]) {
  const script = faults.map((fault, i) => (faults.length === 1 ? { fault } : { nth: i + 1, fault }));
  return keep(await startClientProxy({ upstream, seed: 1, script }));
}

function post(url: string, signal?: AbortSignal): Promise<Response> {
  return fetch(url, { method: 'POST', body: 'hello', ...(signal === undefined ? {} : { signal }) });
}

function dynamodb(url: string, operation: string, input: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=LOCALStartChatSession/20260101/eu-central-1/dynamodb/aws4_request',
    },
    body: JSON.stringify(input),
  });
}

/** Remembers what arrives and answers with it. */
async function farSide(): Promise<string> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  opened.push({ close: () => stop(server) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  const { headers, rawHeaders, url = '' } = request;
  arrived.push({ headers, rawHeaders, url, body });
  response.writeHead(201, { 'x-far': 'side' });
  response.end(
    headers['x-amz-target'] === undefined
      ? `answer to ${body}`
      : JSON.stringify({ ConsumedCapacity: { TableName: 'T', CapacityUnits: 1 } }),
  );
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}
