// How functions run: their environment, their limits, their logs, and how many of them there are.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../local/stack.ts';
import { startFixture } from './fixture-stack.ts';
import { echo } from './talk.ts';

let stack: LocalStack;

beforeAll(async () => {
  process.env.OF_THE_HOST = 'secret';
  stack = await startFixture();
});

afterAll(() => {
  delete process.env.OF_THE_HOST;
});

describe('The environment of a function', () => {
  it("has the template's variables with their references resolved", async () => {
    const { environment } = await echo(stack.baseUrl, '/items/1');
    expect(environment).toMatchObject({
      TABLE_NAME: stack.tableName,
      TABLE_ARN: `arn:aws:dynamodb:us-east-1:000000000000:table/${stack.tableName}`,
    });
  });

  it('has what Lambda adds, and a key that names the function', async () => {
    const { environment } = await echo(stack.baseUrl, '/items/1');
    const lambda = stack.deployment.functions.find(({ logicalId }) => logicalId.startsWith('echo'));
    expect(environment).toMatchObject({
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: lambda?.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ACCESS_KEY_ID: `LOCAL${lambda?.logicalId}`,
      AWS_ENDPOINT_URL_DYNAMODB: stack.databaseEndpoint,
      TZ: ':UTC',
    });
  });

  it('has nothing of the host', async () => {
    const { environment } = await echo(stack.baseUrl, '/items/1');
    expect(environment).not.toHaveProperty('OF_THE_HOST');
    expect(environment).not.toHaveProperty('HOME');
  });

  it('is told about its invocation', async () => {
    const { context } = await echo(stack.baseUrl, '/items/1');
    expect(context).toMatchObject({
      functionName: expect.stringMatching(/^fixture-echo/),
      memoryLimitInMB: '256',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const response = await fetch(`${stack.baseUrl}/behave?do=remaining`);
    const { remainingMs } = (await response.json()) as { remainingMs: number };
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(1000);
  });
});

describe('Execution environments', () => {
  it('are used again by the next request', async () => {
    const first = await echo(stack.baseUrl, '/items/1');
    const second = await echo(stack.baseUrl, '/items/1');
    expect(second.threadId).toBe(first.threadId);
    expect(second.handled).toBe(first.handled + 1);
  });

  it('handle one event at a time, and are as many as there are at once', async () => {
    const meeting = await meetingOf(4);
    const headers = { 'x-meet-at': meeting.url };
    const calls = Array.from({ length: 4 }, () => echo(stack.baseUrl, '/items/1', { headers }));
    const threads = (await Promise.all(calls)).map(({ threadId }) => threadId);
    expect(new Set(threads).size).toBe(4);
    meeting.close();
  });

  it('are limited in number; more requests wait their turn', async () => {
    const { baseUrl } = await startFixture({}, { maxEnvironments: 1 });
    const echoes = await Promise.all(Array.from({ length: 6 }, () => echo(baseUrl, '/items/1')));
    expect(new Set(echoes.map(({ threadId }) => threadId)).size).toBe(1);
    expect(echoes.map(({ handled }) => handled).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('survive a burst of failures', async () => {
    const crashes = ['throw', 'exit', 'crash-later', 'hang', 'spin'];
    const burst = Array.from(
      { length: availableParallelism() * 4 },
      (_, index) => crashes[index % crashes.length],
    );
    const responses = await Promise.all(burst.map((what) => fetch(`${stack.baseUrl}/behave?do=${what}`)));
    expect(responses.map(({ status }) => status)).toEqual(burst.map(() => 500));
    expect(await (await fetch(`${stack.baseUrl}/behave?do=object`)).json()).toEqual({ answer: 42 });
  });
});

describe('A function that cannot run', () => {
  it.each([
    ['/broken', 'SyntaxError', 'broken on load'],
    ['/callback', 'Runtime.CallbackHandlerDeprecated', 'takes a callback'],
  ])('%s is a 500, and its log says why (%s)', async (path, _errorType, message) => {
    const response = await fetch(stack.baseUrl + path);
    expect(response.status).toBe(500);
    expect(stack.logs().some((line) => line.includes(message) && line.includes('"level":"ERROR"'))).toBe(
      true,
    );
  });

  it('for its time leaves a report that says so', async () => {
    await fetch(`${stack.baseUrl}/behave?do=hang`);
    const reports = stack.logs().filter((line) => line.includes('"platform.report"'));
    expect(reports.at(-1)).toContain('"status":"timeout"');
  });
});

describe('The log of a function', () => {
  it('has its lines as Lambda writes them in the JSON format', async () => {
    const before = stack.logs().length;
    await fetch(`${stack.baseUrl}/behave?do=logs`);
    const written = stack.logs().slice(before);
    const lines = written.map((line) => JSON.parse(line.slice(line.indexOf('\t') + 1)));
    const requestId = expect.stringMatching(/^[0-9a-f-]{36}$/);
    const timestamp = expect.stringMatching(/Z$/);
    expect(lines).toEqual([
      { timestamp, level: 'INFO', requestId, message: { message: 'structured' } },
      { timestamp, level: 'INFO', requestId, message: 'a text' },
      {
        timestamp,
        level: 'ERROR',
        requestId,
        message: { errorType: 'RangeError', errorMessage: 'oh', stackTrace: expect.any(Array) },
      },
      { raw: true },
      expect.objectContaining({ type: 'platform.report' }),
    ]);
    expect(written[0]).toMatch(/^fixture-behave/);
  });
});

/** Answers nobody before so many are there, all at once. */
async function meetingOf(size: number): Promise<{ url: string; close(): void }> {
  const present: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    present.push(response);
    if (present.length === size) {
      for (const each of present) {
        each.end();
      }
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => void server.close(),
  };
}
