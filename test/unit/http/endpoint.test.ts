// Whatever an endpoint does, its factory guards it, answers in the envelope and logs one line.
import { describe, expect, it } from 'vitest';
import { Outage } from '../../../functions/aws/outage.ts';
import type { Call, Reply } from '../../../functions/http/call.ts';
import { endpoint, openEndpoint } from '../../../functions/http/endpoint.ts';
import { Refusal } from '../../../functions/http/refusal.ts';
import { MemoryTable } from '../../memory-table.ts';
import { call, invoke, KNOWN_CALLER, lambdaContext, REQUEST_ID } from '../call.ts';
import { captureLogs } from '../log-lines.ts';

const logs = captureLogs();
const NOW_MS = 1_767_225_600_000;

/** An endpoint that counts how often it was let to work. */
function counting(
  serve: (call: Call) => Promise<Reply> = async () => ({ status: 200, body: {}, outcome: 'done' }),
) {
  const served: Call[] = [];
  const signals: AbortSignal[] = [];
  const bindTable = (signal?: AbortSignal) => {
    signals.push(...(signal === undefined ? [] : [signal]));
    return new MemoryTable();
  };
  const handler = endpoint('startChatSession', { bindTable, now: () => NOW_MS }, async (entered) => {
    served.push(entered);
    return serve(entered);
  });
  return { handler, served, signals };
}

const failing = (error: unknown) =>
  counting(async () => {
    throw error;
  }).handler;

describe('the guard of an endpoint', () => {
  it('lets a caller with the scope in, as who they are', async () => {
    const { handler, served } = counting();
    const answer = await invoke(
      handler,
      call({ verdict: { ...KNOWN_CALLER, scopes: 'read:chat write:chat' } }),
    );
    expect(answer.status).toBe(200);
    expect(served[0]).toMatchObject({
      principal: { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1', credential: 'api_key' },
      requestId: REQUEST_ID,
      nowMs: NOW_MS,
    });
  });

  it.each([
    ['missing', 'No credentials were given'],
    ['invalid', 'The credentials are not valid'],
    ['expired', 'The credentials have expired'],
  ])('answers 401 in the envelope when the credentials are %s', async (authn, message) => {
    const { handler, served } = counting();
    const answer = await invoke(handler, call({ verdict: { authn } }));
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      error: { code: 'unauthorized', message: expect.stringContaining(message) },
    });
    expect(served).toEqual([]);
  });

  it('answers 503, never 401, when the credentials could not be checked', async () => {
    const { handler, served } = counting();
    const answer = await invoke(handler, call({ verdict: { authn: 'unavailable' } }));
    expect(answer.status).toBe(503);
    expect(answer.body.error.code).toBe('service_unavailable');
    expect(answer.headers['retry-after']).toBe('2');
    expect(served).toEqual([]);
  });

  it.each(['', 'read:chat', 'write:chats', 'write'])(
    'answers 403 to the scopes %j and names the one that is needed',
    async (scopes) => {
      const { handler, served } = counting();
      const answer = await invoke(handler, call({ verdict: { ...KNOWN_CALLER, scopes } }));
      expect(answer.status).toBe(403);
      expect(answer.body).toEqual({
        error: {
          code: 'forbidden',
          message: expect.stringContaining('write:chat'),
          details: { requiredScope: 'write:chat' },
        },
      });
      expect(served).toEqual([]);
    },
  );

  it('lets nobody in when the route has lost its authorizer', async () => {
    const { handler, served } = counting();
    const event = call();
    const { authorizer: _, ...requestContext } = event.requestContext;
    const answer = await invoke(handler, { ...event, requestContext } as typeof event);
    expect(answer.status).toBe(401);
    expect(served).toEqual([]);
  });

  it('does not stand before an open endpoint', async () => {
    const handler = openEndpoint('testOperation', async () => ({
      status: 200,
      body: { open: true },
      outcome: 'done',
    }));
    expect((await invoke(handler, call({ verdict: { authn: 'missing' } }))).body).toEqual({ open: true });
  });
});

describe('the answer of an endpoint', () => {
  it('carries the request id, is JSON and is not to be stored', async () => {
    const { headers } = await invoke(counting().handler, call());
    expect(headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': REQUEST_ID,
    });
  });

  it('without a body has no content type and no body', async () => {
    const answer = await invoke(counting(async () => ({ status: 204, outcome: 'deleted' })).handler, call());
    expect(answer.status).toBe(204);
    expect(answer.text).toBeUndefined();
    expect(answer.headers).toEqual({ 'cache-control': 'no-store', 'x-request-id': REQUEST_ID });
  });

  it('that is a refusal has code and message in the envelope, and nothing else when there are no details', async () => {
    const answer = await invoke(failing(new Refusal('not_found', 'No such thing.')), call());
    expect(answer.status).toBe(404);
    expect(answer.text).toBe('{"error":{"code":"not_found","message":"No such thing."}}');
    expect(answer.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': REQUEST_ID,
    });
  });
});

describe('an endpoint that fails', () => {
  it('answers 503 with Retry-After when something it depends on is out', async () => {
    const answer = await invoke(failing(new Outage('secret-host is down')), call());
    expect(answer.status).toBe(503);
    expect(answer.body.error.code).toBe('service_unavailable');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.text).not.toContain('secret-host');
  });

  it.each([
    ['an error', new Error('secret detail')],
    ['an error with a status', Object.assign(new Error('secret detail'), { statusCode: 418, expose: true })],
    ['text', 'secret detail'],
    ['nothing', undefined],
    ['an object', { message: 'secret detail' }],
  ])('with %s answers 500 and gives nothing away', async (_what, error) => {
    const answer = await invoke(failing(error), call());
    expect(answer.status).toBe(500);
    expect(answer.body.error.code).toBe('internal_error');
    expect(answer.body.error.message).toContain('x-request-id');
    expect(answer.text).not.toContain('secret');
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': REQUEST_ID });
  });

  it('answers 500 when its own reply cannot be written as JSON', async () => {
    const { handler } = counting(async () => ({ status: 200, body: { count: 1n }, outcome: 'done' }));
    expect((await invoke(handler, call())).status).toBe(500);
  });

  it('answers 503 when its time runs out, and stops what is still under way', async () => {
    const { handler, signals } = counting(() => new Promise(() => {}));
    const answer = await invoke(handler, call(), lambdaContext(1_100));
    expect(answer.status).toBe(503);
    expect(answer.body.error.code).toBe('service_unavailable');
    expect(answer.headers['retry-after']).toBe('1');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('answers 503 at once when there is no time left to begin with', async () => {
    const { handler } = counting(() => new Promise(() => {}));
    expect((await invoke(handler, call(), lambdaContext(10))).status).toBe(503);
  });

  it('does not let an error that comes after its time reach the next call', async () => {
    const { handler, signals } = counting(
      () =>
        new Promise((_, reject) => {
          signals[0]?.addEventListener('abort', () => setTimeout(reject, 5, new Error('too late')));
        }),
    );
    expect((await invoke(handler, call(), lambdaContext(1_010))).status).toBe(503);
    await new Promise((later) => setTimeout(later, 20));
  });
});

describe('the log line of an endpoint', () => {
  it('says who, what, how it ended and how long it took', async () => {
    await invoke(counting().handler, call());
    expect(logs.parsed()).toEqual([
      {
        timestamp: expect.any(String),
        level: 'DEBUG',
        message: 'answered',
        requestId: REQUEST_ID,
        operation: 'startChatSession',
        authn: 'ok',
        orgId: 'org_1',
        durationMs: expect.any(Number),
        outcome: 'done',
        status: 200,
        _aws: expect.any(Object),
      },
    ]);
  });

  it.each(['replayed', 'already_ended'])(
    'of a call that went well again (%s) is more than debugging',
    async (outcome) => {
      await invoke(counting(async () => ({ status: 200, outcome })).handler, call());
      expect(logs.parsed()).toEqual([
        expect.objectContaining({ level: 'INFO', message: 'answered', outcome }),
      ]);
    },
  );

  it('of a refusal is no error', async () => {
    await invoke(counting().handler, call({ verdict: { authn: 'expired' } }));
    expect(logs.parsed()).toEqual([
      expect.objectContaining({ level: 'INFO', outcome: 'unauthorized', status: 401, authn: 'expired' }),
    ]);
  });

  it('of a failure holds its cause, for those who must mend it', async () => {
    await invoke(failing(new TypeError('secret detail')), call());
    expect(logs.parsed()).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        outcome: 'internal_error',
        status: 500,
        requestId: REQUEST_ID,
        errorName: 'TypeError',
        errorMessage: 'secret detail',
        errorStack: expect.stringContaining('endpoint.test.ts'),
      }),
    ]);
  });

  it('is one line, even with line feeds in it', async () => {
    await invoke(failing(new Error('one\ntwo')), call());
    expect(logs.parsed()).toHaveLength(1);
  });
});
