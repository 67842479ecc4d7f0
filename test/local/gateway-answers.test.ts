// What a client is answered, as the authorizer decides and as the function behaves.
import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../local/stack.ts';
import { startFixture } from './fixture-stack.ts';
import { echo } from './talk.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startFixture();
});

function behave(what: string): Promise<Response> {
  return fetch(`${stack.baseUrl}/behave?do=${what}`);
}

const INTERNAL = '{"message":"Internal Server Error"}';

describe('An authorizer', () => {
  const ask = (verdict: string) =>
    fetch(`${stack.baseUrl}/items/one`, { method: 'POST', headers: { 'x-verdict': verdict } });

  it('tells the endpoint what it found, with JSON types kept', async () => {
    const { event } = await echo(stack.baseUrl, '/items/one', { method: 'POST' });
    expect(event.requestContext.authorizer?.lambda).toMatchObject({ number: 1, flag: true });
  });

  it('is asked with an event of its own, without the body', async () => {
    const { event } = await echo(stack.baseUrl, '/items/one?a=b', { method: 'POST', body: '{}' });
    const asked = JSON.parse(String(event.requestContext.authorizer?.lambda.asked));
    expect(asked).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: expect.stringMatching(
        /^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]{10}\/\$default\/POST\/items\/one$/,
      ),
      routeKey: 'POST /items/{id}',
      rawPath: '/items/one',
      queryStringParameters: { a: 'b' },
      pathParameters: { id: 'one' },
      requestContext: { requestId: event.requestContext.requestId },
    });
    expect(asked).not.toHaveProperty('body');
    expect(asked).not.toHaveProperty('isBase64Encoded');
    expect(asked).not.toHaveProperty('identitySource');
  });

  it('that says no is a 403', async () => {
    const response = await ask('deny');
    expect([response.status, await response.text()]).toEqual([403, '{"message":"Forbidden"}']);
  });

  it.each(['throw', 'text', 'text-in-context', 'truthy', 'hang'])(
    'that fails (%s) is a 500',
    async (verdict) => {
      const response = await ask(verdict);
      expect([response.status, await response.text()]).toEqual([500, INTERNAL]);
    },
  );

  it('with an identity source is not asked when that is missing: 401', async () => {
    const strict = await startFixture({ identityHeader: 'Authorization' });
    const refused = await fetch(`${strict.baseUrl}/items/one`, { method: 'POST' });
    expect([refused.status, await refused.text()]).toEqual([401, '{"message":"Unauthorized"}']);
    expect(strict.logs()).toEqual([]);
    const { event } = await echo(strict.baseUrl, '/items/one', {
      method: 'POST',
      headers: { authorization: 'me' },
    });
    expect(JSON.parse(String(event.requestContext.authorizer?.lambda.asked)).identitySource).toEqual(['me']);
  });
});

describe('What a function returns', () => {
  it.each([
    ['object', 200, 'application/json', '{"answer":42}'],
    ['text', 200, 'application/json', 'plain words'],
    ['nothing', 200, 'application/json', 'null'],
    ['untyped', 202, 'text/plain;charset=UTF-8', 'some text'],
    ['empty', 204, null, ''],
  ])('%s becomes a %i', async (what, status, contentType, body) => {
    const response = await behave(what);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(await response.text()).toBe(body);
    expect(response.headers.get('apigw-requestid')).toMatch(/=$/);
  });

  it('binary becomes bytes, and their number is counted anew', async () => {
    const response = await behave('binary');
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('content-length')).toBe('3');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 10]);
  });

  it('cookies become a header each', async () => {
    const response = await behave('cookies');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  });

  it.each([
    'throw',
    'hang',
    'spin',
    'exit',
    'crash-later',
    'circular',
    'huge',
    'status-text',
    'status-99',
    'body-object',
    'header-break',
  ])('%s becomes a 500', async (what) => {
    const response = await behave(what);
    expect([response.status, await response.text()]).toEqual([500, INTERNAL]);
    expect((await behave('object')).status).toBe(200);
  });

  it('too late becomes a 503 while the function goes on', async () => {
    const response = await fetch(`${stack.baseUrl}/impatient?do=hang`);
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
  });
});

describe('The access log', () => {
  it('has a line for each request, in the format of the stage', async () => {
    await fetch(`${stack.baseUrl}/items/one`, {
      method: 'POST',
      headers: { 'user-agent': 'a "quoted" one' },
    });
    await behave('throw');
    await fetch(`${stack.baseUrl}/items/one`, { method: 'POST', headers: { 'x-verdict': 'throw' } });
    const lines = stack.accessLogs().map((line) => JSON.parse(line));
    expect(lines).toContainEqual({
      route: 'POST /items/{id}',
      status: '200',
      agent: 'a "quoted" one',
      error: '-',
      authorizerError: '-',
      number: '1',
    });
    expect(lines).toContainEqual(
      expect.objectContaining({ route: 'ANY /behave', status: '500', error: 'TypeError: told to' }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ status: '500', authorizerError: 'Error: Unauthorized' }),
    );
  });
});

describe('The throttle of the stage', () => {
  it('is honoured when asked for', async () => {
    const throttled = await startFixture({ withThrottle: true }, { throttle: true });
    const statuses: number[] = [];
    for (let call = 0; call < 5; call++) {
      statuses.push((await fetch(`${throttled.baseUrl}/behave?do=object`)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });

  it('is left out otherwise', async () => {
    const open = await startFixture({ withThrottle: true });
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => fetch(`${open.baseUrl}/behave?do=object`)),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(200));
  });
});
