// What a function is told of a request, and which function is told.
import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../local/stack.ts';
import { startFixture } from './fixture-stack.ts';
import { bodyOf, type Echo, echo, sendRaw } from './talk.ts';

let stack: LocalStack;
let withDefault: LocalStack;

beforeAll(async () => {
  stack = await startFixture();
  withDefault = await startFixture({ withDefaultRoute: true });
});

async function echoRaw(request: string | Buffer): Promise<Echo['event']> {
  return JSON.parse(bodyOf(await sendRaw(stack.baseUrl, request))).event;
}

describe('The event of a request', () => {
  it('has the shape of payload format 2.0', async () => {
    const { event } = await echo(stack.baseUrl, '/items/one?a=1');
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /items/{id}',
      rawPath: '/items/one',
      rawQueryString: 'a=1',
      queryStringParameters: { a: '1' },
      pathParameters: { id: 'one' },
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
        domainName: expect.stringMatching(/\.execute-api\.us-east-1\.amazonaws\.com$/),
        http: {
          method: 'GET',
          path: '/items/one',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'node',
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: 'GET /items/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
    });
  });

  it('leaves out what the request does not have', async () => {
    const { event } = await echo(stack.baseUrl, '/files/x');
    for (const field of ['body', 'cookies', 'queryStringParameters', 'stageVariables']) {
      expect(event).not.toHaveProperty(field);
    }
    expect(event.rawQueryString).toBe('');
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  it('folds repeated headers into one, lower-cased and joined by a comma without a space', async () => {
    const event = await echoRaw(
      'GET /items/1 HTTP/1.1\r\nHost: h\r\nAuthorization: one\r\nAUTHORIZATION: two\r\nConnection: close\r\n\r\n',
    );
    expect(event.headers.authorization).toBe('one,two');
    expect(event.headers).not.toHaveProperty('connection');
  });

  it('keeps a header named like a part of every object', async () => {
    const event = await echoRaw(
      'GET /items/1 HTTP/1.1\r\nHost: h\r\n__proto__: x\r\nConnection: close\r\n\r\n',
    );
    expect(Object.entries(event.headers)).toContainEqual(['__proto__', 'x']);
  });

  it('moves cookies out of the headers', async () => {
    const { event } = await echo(stack.baseUrl, '/items/1', { headers: { cookie: 'a=1; b=2' } });
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(event.headers).not.toHaveProperty('cookie');
  });

  it('has its path decoded once, and its query string as it was sent', async () => {
    const { event } = await echo(stack.baseUrl, '/items/a%2Fb%2541?q=%41+%2B&q=z&empty');
    expect(event.rawPath).toBe('/items/a/b%41');
    expect(event.pathParameters).toEqual({ id: 'a/b%41' });
    expect(event.rawQueryString).toBe('q=%41+%2B&q=z&empty');
    expect(event.queryStringParameters).toEqual({ q: 'A +,z', empty: '' });
  });

  it.each([
    ['application/json', 'text'],
    ['application/json; charset=utf-8', 'text'],
    ['Text/Plain', 'text'],
    ['application/xml', 'text'],
    ['application/x-www-form-urlencoded', 'base64'],
    ['application/octet-stream', 'base64'],
    ['application/vnd.api+json', 'base64'],
  ])('has a body of type %s as %s', async (contentType, encoding) => {
    const headers = { 'content-type': contentType };
    const { event } = await echo(stack.baseUrl, '/files/x', { method: 'POST', headers, body: '{"ü":1}' });
    expect(event.isBase64Encoded).toBe(encoding === 'base64');
    expect(event.body).toBe(encoding === 'text' ? '{"ü":1}' : Buffer.from('{"ü":1}').toString('base64'));
  });

  it('has a body without a content type as base64', async () => {
    const event = await echoRaw(
      'POST /files/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
    );
    expect(event).toMatchObject({ body: 'e30=', isBase64Encoded: true });
  });

  it('has a body that came in chunks in one piece', async () => {
    const event = await echoRaw(
      'POST /files/x HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n' +
        'Connection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
    );
    expect(event.body).toBe('abcde');
    expect(event.headers).not.toHaveProperty('transfer-encoding');
  });
});

describe('The route of a request', () => {
  it.each([
    ['GET', '/items/special', 'GET /items/special'],
    ['GET', '/items/other', 'GET /items/{id}'],
    ['DELETE', '/files/a/b/c', 'ANY /files/{path+}'],
  ])('%s %s is %s', async (method, path, routeKey) => {
    const { event } = await echo(stack.baseUrl, path, { method });
    expect(event.routeKey).toBe(routeKey);
  });

  it('takes all that is left of the path into a greedy variable', async () => {
    const { event } = await echo(stack.baseUrl, '/files/a/b%20c');
    expect(event.pathParameters).toEqual({ path: 'a/b c' });
  });

  it.each([
    ['GET', '/nothing'],
    ['GET', '/items/one/'],
    ['GET', '/items/'],
    ['GET', '//items/one'],
    ['PUT', '/items/one'],
    ['HEAD', '/items/one'],
    ['GET', '/files'],
  ])('%s %s has none: 404, whatever the method', async (method, path) => {
    const response = await fetch(stack.baseUrl + path, { method });
    expect(response.status).toBe(404);
    expect(response.headers.get('apigw-requestid')).toMatch(/=$/);
    expect(await response.text()).toBe(method === 'HEAD' ? '' : '{"message":"Not Found"}');
  });

  it.each([
    ['GET', '/nothing'],
    ['PUT', '/items/one'],
    ['GET', '/items/one/'],
  ])('%s %s is $default, where there is one', async (method, path) => {
    const { event } = await echo(withDefault.baseUrl, path, { method });
    expect(event).toMatchObject({ routeKey: '$default', rawPath: path });
    expect(event).not.toHaveProperty('pathParameters');
  });
});

describe('A client that goes away', () => {
  it('in the middle of its body does no harm', async () => {
    const socket = connect(Number(new URL(stack.baseUrl).port), '127.0.0.1');
    socket.write('POST /files/x HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc', () =>
      socket.destroy(),
    );
    await once(socket, 'close');
    const { event } = await echo(stack.baseUrl, '/items/1');
    expect(event.rawPath).toBe('/items/1');
    expect(stack.logs().filter((line) => line.startsWith('gateway'))).toEqual([]);
  });
});

describe('A request that the gateway does not take', () => {
  it.each([
    ['over 10 MB', 10_485_761],
    ['more than Lambda takes', 6_000_000],
  ])('is answered with 413 when its body is %s', async (_what, bytes) => {
    const response = await fetch(`${stack.baseUrl}/files/x`, { method: 'POST', body: Buffer.alloc(bytes) });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: 'Request Entity Too Large' });
  });

  it('passes with a body that Lambda just takes', async () => {
    const headers = { 'content-type': 'text/plain' };
    const body = 'x'.repeat(6_000_000);
    const response = await fetch(`${stack.baseUrl}/behave?do=empty`, { method: 'POST', headers, body });
    expect(response.status).toBe(204);
  });

  it('is answered with 431 when request line and headers are over 10,240 bytes', async () => {
    const fits = await fetch(`${stack.baseUrl}/items/1`, { headers: { 'x-long': 'x'.repeat(9_900) } });
    expect(fits.status).toBe(200);
    const tooLong = await fetch(`${stack.baseUrl}/items/1`, { headers: { 'x-long': 'x'.repeat(10_240) } });
    expect(tooLong.status).toBe(431);
    const farTooLong = await sendRaw(
      stack.baseUrl,
      `GET /items/1 HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(99_999)}\r\n\r\n`,
    );
    expect(farTooLong).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a target with a space', 'GET /items/a b HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['an escape that is no UTF-8', 'GET /items/%ff HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'],
  ])('is answered with 400 when it is %s', async (_what, request) => {
    const answer = await sendRaw(stack.baseUrl, request);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(bodyOf(answer)).toBe('{"message":"Bad Request"}');
  });
});
