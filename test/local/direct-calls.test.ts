// Calls of functions to the embedded database without HTTP: the same answers, and the same failures.
import { once } from 'node:events';
import http, { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Exchange, openExchange } from '../../functions/aws/exchange.ts';
import { type Database, startEmbeddedDatabase } from '../../local/database/database.ts';
import { callDirectly } from '../../local/lambda/direct-calls.mjs';

const LIMITS = { connectionTimeoutMs: 5_000, requestTimeoutMs: 5_000 };
/** Nothing listens here, so an answer did not come over HTTP. */
const NOWHERE = 'http://127.0.0.1:9';

const { request } = http;
let database: Database;

beforeAll(async () => {
  database = await startEmbeddedDatabase();
});

afterEach(() => {
  http.request = request;
});

afterAll(() => database.close());

function directExchange(port = portOf(database), endpoint = NOWHERE): Exchange {
  callDirectly(port, endpoint);
  return openExchange(new URL(endpoint), LIMITS);
}

function portOf({ connect }: Database) {
  const port = connect?.();
  if (port === undefined) {
    throw new Error('The embedded database has a port for direct calls.');
  }
  return port;
}

function headersFor(operation: string, body: string) {
  return {
    Host: new URL(database.endpoint).host,
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': `DynamoDB_20120810.${operation}`,
    'X-Amz-Date': '20261128T000000Z',
    Authorization:
      'AWS4-HMAC-SHA256 Credential=a/20261128/r/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
    'Content-Length': Buffer.byteLength(body),
  };
}

describe('A call over the port', () => {
  const Item = { pk: { S: 'taken' }, title: { S: 'Grüße, 世界' } };
  const put = JSON.stringify({ TableName: 'items', Item });
  const putNew = {
    TableName: 'items',
    Item,
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  const table = {
    TableName: 'items',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  };

  it('is answered as over HTTP, errors included', async () => {
    const direct = directExchange();
    const create = JSON.stringify(table);
    expect((await direct(headersFor('CreateTable', create), create, undefined)).status).toBe(200);
    const named = JSON.stringify({ TableName: 'items' });
    await expect
      .poll(async () => (await direct(headersFor('DescribeTable', named), named, undefined)).body.toString())
      .toContain('"TableStatus":"ACTIVE"');
    http.request = request;
    const overHttp = openExchange(new URL(database.endpoint), LIMITS);
    const { Authorization: _none, ...unsigned } = headersFor('PutItem', put);
    const statuses = [];
    for (const [headers, body] of [
      [headersFor('PutItem', put), put],
      [headersFor('PutItem', JSON.stringify(putNew)), JSON.stringify(putNew)],
      [headersFor('GetItem', '{}'), JSON.stringify({ TableName: 'items', Key: { pk: Item.pk } })],
      [headersFor('GetItem', '{}'), JSON.stringify({ TableName: 'others', Key: { pk: Item.pk } })],
      [headersFor('NoOperation', put), put],
      [headersFor('PutItem', put), '{'],
      [unsigned, put],
    ] as const) {
      const sized = { ...headers, 'Content-Length': Buffer.byteLength(body) };
      const [one, other] = [await direct(sized, body, undefined), await overHttp(sized, body, undefined)];
      expect(one.body.toString()).toBe(other.body.toString());
      expect(one.status).toBe(other.status);
      expect(one.headers).toMatchObject({
        'x-amz-crc32': other.headers['x-amz-crc32'],
        'content-type': other.headers['content-type'],
      });
      statuses.push(one.status);
    }
    expect(statuses).toEqual([200, 400, 200, 400, 400, 400, 400]);
  });

  it('ends when it is aborted, and its late answer is dropped', async () => {
    const { port1, port2 } = new MessageChannel();
    const direct = directExchange(port1);
    const asked = once(port2, 'message');
    const abortion = new AbortController();
    const pending = direct(headersFor('PutItem', put), put, abortion.signal);
    const [{ id }] = await asked;
    abortion.abort(new Error('The deadline has passed'));
    await expect(pending).rejects.toThrow('The deadline has passed');
    port2.postMessage({ id, status: 200, headers: {}, body: '{}' });
    port2.postMessage({ id: id + 1, status: 200, headers: {}, body: '{}' });
    port1.close();
  });

  it('has no port once the database has ended, so that calls go over HTTP', async () => {
    const ended = await startEmbeddedDatabase();
    await ended.close();
    expect(ended.connect?.()).toBeUndefined();
  });

  it('fails as a lost connection when the database stops, and later ones find nobody', async () => {
    const { port1, port2 } = new MessageChannel();
    const direct = directExchange(port1);
    const asked = once(port2, 'message');
    const pending = direct(headersFor('PutItem', put), put, undefined);
    await asked;
    port2.close();
    await expect(pending).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(direct(headersFor('PutItem', put), put, undefined)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

describe('A call to another address, or in another form', () => {
  it('goes over HTTP', async () => {
    const server = createServer((_request, response) => response.end('over HTTP')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { port1 } = new MessageChannel();
    callDirectly(port1, NOWHERE);
    const elsewhere = openExchange(new URL(endpoint), LIMITS);
    expect((await elsewhere(headersFor('PutItem', ''), '', undefined)).body.toString()).toBe('over HTTP');
    http.request = request;
    callDirectly(port1, endpoint);
    const answer = await fetch(endpoint);
    expect(await answer.text()).toBe('over HTTP');
    const sent = http.request(endpoint, { method: 'POST' }).end();
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
    port1.close();
    server.closeAllConnections();
    server.close();
  });
});
