// What is sent to a JSON service: where, signed by whom and when, and nothing more than that.
import { createHash, createHmac } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openJsonService, regionalEndpoint } from '../../functions/aws/json-service.ts';
import { openEventBus } from '../../functions/events/event-bus.ts';
import { ADAPTERS } from './adapters.ts';
import { answers, FaultyServer, type ReceivedRequest } from './faulty-server.ts';

const LIMITS = { maxAttempts: 1, connectionTimeoutMs: 1_000, requestTimeoutMs: 5_000 };
const SECRET = 'secret/+=';
const server = new FaultyServer();
let endpoint: string;

beforeAll(async () => {
  endpoint = `http://127.0.0.1:${await server.listen()}`;
});
beforeEach(() => {
  server.reset(answers('{}'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});
afterAll(() => server.close());

function openService() {
  return openJsonService({
    service: 'dynamodb',
    target: 'DynamoDB_20120810',
    jsonVersion: '1.0',
    endpoint,
    limits: LIMITS,
  });
}

const lastRequest = () => server.requests.at(-1) as ReceivedRequest;

describe('a call', () => {
  it.each(['', 'a/token+=='])(
    'is signed with AWS Signature Version 4, with the session token "%s"',
    async (token) => {
      vi.stubEnv('AWS_SESSION_TOKEN', token);
      await openService()('GetItem', { text: 'Évening 🌙' }, undefined);
      const { headers } = lastRequest();
      expect(headers.get('x-amz-security-token')).toBe(token || undefined);
      expect(headers.get('authorization')).toContain(
        `SignedHeaders=content-length;content-type;host;x-amz-date;${token && 'x-amz-security-token;'}x-amz-target,`,
      );
      expect(headers.get('authorization')).toContain(`Signature=${expectedSignature(lastRequest())}`);
    },
  );

  it('of another day is signed with the key of that day', async () => {
    const call = openService();
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const now of ['2026-01-01T23:59:59Z', '2026-01-02T00:00:00Z', '2026-01-01T23:59:59Z']) {
      vi.setSystemTime(now);
      await call('GetItem', {}, undefined);
      const authorization = lastRequest().headers.get('authorization');
      expect(authorization).toContain(
        `/${now.slice(0, 10).replaceAll('-', '')}/eu-central-1/dynamodb/aws4_request`,
      );
      expect(authorization).toContain(`Signature=${expectedSignature(lastRequest())}`);
    }
  });

  it('says nothing but what the service needs to know', async () => {
    await openService()('GetItem', {}, undefined);
    expect([...lastRequest().headers.keys()].sort()).toEqual([
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-amz-date',
      'x-amz-target',
    ]);
  });

  it('goes to the address of the service in the region, in China too', () => {
    expect(regionalEndpoint('dynamodb', 'eu-central-1')).toBe('https://dynamodb.eu-central-1.amazonaws.com');
    expect(regionalEndpoint('events', 'cn-north-1')).toBe('https://events.cn-north-1.amazonaws.com.cn');
  });

  it.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
    'cannot be opened without %s, which the error names',
    (name) => {
      vi.stubEnv(name, '');
      expect(openService).toThrow(name);
    },
  );
});

describe('what is said', () => {
  const said = ({ headers, body }: ReceivedRequest) => ({
    body: JSON.parse(body),
    contentType: headers.get('content-type'),
    target: headers.get('x-amz-target'),
  });

  it('to DynamoDB is what the SDK says', async () => {
    for (const openOn of Object.values(ADAPTERS)) {
      const table = openOn(endpoint, LIMITS)();
      await table.get({ pk: 'a', sk: 'b' });
      await table.put({ pk: 'a', sk: 'b', title: 'Évening 🌙', parts: [1, null] });
      await table.update({ pk: 'a', sk: 'b' }, { set: { title: '' }, add: { turn: 1 } });
      await table.query({ partition: 'a', sortKeyPrefix: 'b', after: { pk: 'a', sk: 'b' }, limit: 7 });
    }
    const [lean, sdk] = [server.requests.slice(0, 4), server.requests.slice(4)];
    expect(lean.map(said)).toEqual(sdk.map(said));
    expect(sdk).toHaveLength(4);
  });

  it('to EventBridge is what the SDK says', async () => {
    const event = { type: 'chat.session.started', detail: '{"session":{}}', atMs: 1_795_458_420_123 };
    vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', endpoint);
    server.reset(answers('{"Entries":[{"EventId":"1"}]}'));
    expect(await openEventBus('chat').put([event], AbortSignal.timeout(5_000))).toEqual([]);
    const client = new EventBridgeClient({ endpoint });
    const Entries = [
      {
        EventBusName: 'chat',
        Source: 'moonborn.chat-sessions',
        DetailType: event.type,
        Detail: event.detail,
        Time: new Date(event.atMs),
      },
    ];
    await client.send(new PutEventsCommand({ Entries }));
    const [lean, sdk] = server.requests.map(said);
    expect(lean).toEqual(sdk);
    client.destroy();
  });
});

/** As in AWS's description of the protocol, from what has arrived. */
function expectedSignature({ headers, body }: ReceivedRequest): string {
  const [, scope = '', signedHeaders = ''] =
    /Credential=AKIDEXAMPLE\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.get('authorization') ?? '') ?? [];
  const signed = signedHeaders.split(';').map((name) => `${name}:${headers.get(name)}\n`);
  const canonical = ['POST', '/', '', signed.join(''), signedHeaders, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers.get('x-amz-date'), scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${SECRET}`);
  return hmac(key, toSign).toString('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
