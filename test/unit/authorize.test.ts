// The authorizer: it lets every call through, with a verdict, whatever happens to it.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { API_KEY_RANDOM_BYTES, formatApiKey } from '../../functions/access/api-key.ts';
import { FetchFailed } from '../../functions/access/fetch-jwks.ts';
import { type Decision, type RefusalReason, refused } from '../../functions/access/refusal-reasons.ts';
import { createAuthorizer, handler, type Verifiers } from '../../functions/authorize.ts';
import { answers, FaultyServer, refuses } from '../dynamodb/faulty-server.ts';
import { PRINCIPAL } from './access/known-caller.ts';
import { REQUEST_ID } from './call.ts';
import { captureLogs } from './log-lines.ts';

type AuthorizerEvent = Parameters<typeof handler>[0];

const logs = captureLogs();
const SECRET = 'sk_secret';

function event(authorization?: string): AuthorizerEvent {
  const headers = authorization === undefined ? {} : { authorization };
  return { headers, requestContext: { requestId: REQUEST_ID } } as unknown as AuthorizerEvent;
}

/** An authorizer whose verifiers note what they were asked. */
function authorizer(verifiers: Partial<Verifiers> = {}) {
  const asked: string[] = [];
  const noting =
    (kind: keyof Verifiers) =>
    async (token: string): Promise<Decision> => {
      asked.push(`${kind} ${token}`);
      return (await verifiers[kind]?.(token)) ?? refused('unknown_key');
    };
  return {
    authorize: createAuthorizer({ apiKey: noting('apiKey'), sessionJwt: noting('sessionJwt') }),
    asked,
  };
}

const NOT_CHECKED = { level: 'ERROR', message: 'credentials not checked', requestId: REQUEST_ID };

const throwing = (error: unknown) => async () => {
  throw error;
};

describe('the authorizer', () => {
  it('hands on who calls, as flat strings', async () => {
    const { authorize } = authorizer({ apiKey: async () => ({ authn: 'ok', principal: PRINCIPAL }) });
    expect(await authorize(event(`Bearer ${SECRET}`))).toEqual({
      isAuthorized: true,
      context: {
        authn: 'ok',
        orgId: 'org_1',
        workspaceId: 'ws_1',
        userId: 'usr_1',
        scopes: 'read:chat write:chat',
        credential: 'api_key',
      },
    });
  });

  it('takes three parts for a session JWT and anything else for an API key', async () => {
    const { authorize, asked } = authorizer();
    await authorize(event('Bearer a.b.c'));
    await authorize(event('Bearer abc'));
    expect(asked).toEqual(['sessionJwt a.b.c', 'apiKey abc']);
  });

  it.each([
    [undefined, 'missing'],
    ['', 'missing'],
    ['Basic abc', 'invalid'],
    ['Bearer a,Bearer b', 'invalid'],
  ])('answers %j without asking anybody', async (authorization, authn) => {
    const { authorize, asked } = authorizer();
    expect(await authorize(event(authorization))).toEqual({ isAuthorized: true, context: { authn } });
    expect(asked).toEqual([]);
  });

  it('lets a call without any headers through to its refusal', async () => {
    const { authorize } = authorizer();
    const bare = { requestContext: { requestId: REQUEST_ID } } as AuthorizerEvent;
    expect(await authorize(bare)).toEqual({ isAuthorized: true, context: { authn: 'missing' } });
  });

  it.each([
    ['an outage', new Error('down')],
    ['a mistake of ours', new TypeError('x is not a function')],
    ['something that is no error', 'oops'],
  ])('says "unavailable", and not "invalid", on %s', async (_what, error) => {
    const { authorize } = authorizer({ apiKey: throwing(error), sessionJwt: throwing(error) });
    for (const token of ['abc', 'a.b.c']) {
      expect(await authorize(event(`Bearer ${token}`))).toEqual({
        isAuthorized: true,
        context: { authn: 'unavailable' },
      });
    }
    expect(logs.parsed()).toEqual([
      expect.objectContaining(NOT_CHECKED),
      expect.objectContaining(NOT_CHECKED),
    ]);
  });

  it.each<[RefusalReason, authn: string]>([
    ['expired', 'expired'],
    ['revoked', 'invalid'],
    ['wrong_audience', 'invalid'],
    ['no_credentials', 'missing'],
  ])('writes the reason %s into its line and its metric, and tells nobody else', async (reason, authn) => {
    const { authorize } = authorizer({ sessionJwt: async () => refused(reason) });
    expect((await authorize(event('Bearer a.b.c'))).context).toEqual({ authn });
    expect(logs.parsed()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'refused',
        operation: 'authorize',
        outcome: authn,
        reason,
        _aws: expect.objectContaining({
          CloudWatchMetrics: [
            expect.objectContaining({
              Dimensions: [
                ['operation', 'outcome'],
                ['operation', 'reason'],
              ],
            }),
          ],
        }),
      }),
    ]);
  });

  it('names the address and the fault where the keys of an issuer cannot be had', async () => {
    const failure = new FetchFailed('https://issuer.example/keys answered 404');
    const { authorize } = authorizer({ sessionJwt: async () => refused('issuer_unreachable', failure) });
    expect((await authorize(event('Bearer a.b.c'))).context).toEqual({ authn: 'unavailable' });
    expect(logs.parsed()).toEqual([
      expect.objectContaining({
        ...NOT_CHECKED,
        outcome: 'unavailable',
        reason: 'issuer_unreachable',
        errorMessage: 'https://issuer.example/keys answered 404',
      }),
    ]);
  });

  it('does not let a made-up key id pass for an outage, which would set off an alarm', async () => {
    const { authorize } = authorizer({ sessionJwt: async () => refused('key_fetch_paused') });
    expect((await authorize(event('Bearer a.b.c'))).context).toEqual({ authn: 'unavailable' });
    expect(logs.parsed()).toEqual([
      expect.objectContaining({ level: 'INFO', outcome: 'paused', reason: 'key_fetch_paused' }),
    ]);
  });

  it('answers even when what is stored of a key is damaged', async () => {
    const damaged = { ...PRINCIPAL, scopes: undefined as unknown as string[] };
    const { authorize } = authorizer({ apiKey: async () => ({ authn: 'ok', principal: damaged }) });
    const { isAuthorized, context } = await authorize(event(`Bearer ${SECRET}`));
    expect(isAuthorized).toBe(true);
    expect(context.authn).toBe('unavailable');
  });
});

describe('the deployed authorizer', () => {
  const database = new FaultyServer();
  const key = formatApiKey('live', new Uint8Array(API_KEY_RANDOM_BYTES).fill(1));

  beforeAll(async () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${await database.listen()}`;
  });
  afterAll(() => database.close());

  it('says "unavailable" while the table throttles, and asks it no more than twice', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    database.reset(refuses('ProvisionedThroughputExceededException'));
    expect((await handler(event(`Bearer ${key}`))).context).toEqual({ authn: 'unavailable' });
    expect(database.requests).toHaveLength(2);
    random.mockRestore();
  });

  it('looks an API key up by its hash, consistently, and lets its owner in', async () => {
    const item = {
      Item: {
        keyId: { S: 'key_1' },
        environment: { S: 'live' },
        orgId: { S: 'org_1' },
        workspaceId: { S: 'ws_1' },
        userId: { S: 'usr_1' },
        scopes: { L: [{ S: '*' }] },
        status: { S: 'active' },
      },
    };
    database.reset(answers(JSON.stringify(item)));
    expect((await handler(event(`Bearer ${key}`))).context).toMatchObject({ authn: 'ok', orgId: 'org_1' });
    expect(database.requests).toHaveLength(1);
    expect(JSON.parse(database.requests[0]?.body ?? '')).toMatchObject({
      TableName: 'sessions',
      Key: { pk: { S: expect.stringMatching(/^APIKEY#[0-9a-f]{64}$/) }, sk: { S: 'APIKEY' } },
      ConsistentRead: true,
    });
    expect(database.requests[0]?.body).not.toContain(key);
  });
});
