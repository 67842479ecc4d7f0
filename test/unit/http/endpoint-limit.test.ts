// What a caller sees of the limit, whatever becomes of the call.
import { describe, expect, it } from 'vitest';
import type { Call, Reply } from '../../../functions/http/call.ts';
import { endpoint } from '../../../functions/http/endpoint.ts';
import { Refusal } from '../../../functions/http/refusal.ts';
import type {
  LimitedCaller,
  RateLimitDecision,
  RateLimitStatus,
} from '../../../functions/limits/rate-limit.ts';
import { MemoryTable } from '../../memory-table.ts';
import { call, invoke, KNOWN_CALLER, lambdaContext, REQUEST_ID } from '../call.ts';
import { captureLogs } from '../log-lines.ts';

const logs = captureLogs();

const NOW_MS = Date.parse('2026-06-01T12:00:30.500Z');
const RESETS_AT_MS = Date.parse('2026-06-01T12:01:00.000Z');
const STATUS: RateLimitStatus = { limit: 60, remaining: 59, resetsAtMs: RESETS_AT_MS };
const SPENT: RateLimitStatus = { ...STATUS, remaining: 0 };
const HEADERS = {
  'x-ratelimit-limit': '60',
  'x-ratelimit-remaining': '59',
  'x-ratelimit-reset': String(RESETS_AT_MS / 1000),
};

const allowed: RateLimitDecision = { allowed: true, status: STATUS };
const over: RateLimitDecision = { allowed: false, status: SPENT };

const served = async (): Promise<Reply> => ({ status: 200, body: {}, outcome: 'done' });

function limited(
  decision: RateLimitDecision | Promise<RateLimitDecision>,
  serve: (call: Call) => Promise<Reply> = served,
) {
  const callers: LimitedCaller[] = [];
  const table = new MemoryTable();
  const limiter = (caller: LimitedCaller) => {
    callers.push(caller);
    return decision;
  };
  const platform = { bindTable: () => table, limiter, now: () => NOW_MS };
  return { handler: endpoint('startChatSession', platform, serve), callers, table };
}

function later<T>(value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, 20, value));
}

describe('the headers of the limit', () => {
  it('are on an answer that went well: the limit, what remains, and the second of the epoch when it begins again', async () => {
    const { headers } = await invoke(limited(allowed).handler, call());
    expect(headers).toMatchObject(HEADERS);
  });

  it.each([
    ['a refusal', new Refusal('not_found', 'No.'), 404],
    ['a failure', new Error('broken'), 500],
  ])('are on %s', async (_what, error, status) => {
    const { handler } = limited(allowed, async () => {
      throw error;
    });
    expect(await invoke(handler, call())).toMatchObject({ status, headers: HEADERS });
  });

  it('are on the answer to a caller who lacks the scope', async () => {
    const verdict = { ...KNOWN_CALLER, scopes: 'read:chat' };
    expect(await invoke(limited(allowed).handler, call({ verdict }))).toMatchObject({
      status: 403,
      headers: HEADERS,
    });
  });

  it('are on the answer to a call whose time has run out', async () => {
    const { handler } = limited(allowed, () => new Promise(() => {}));
    expect(await invoke(handler, call(), lambdaContext(1_050))).toMatchObject({
      status: 503,
      headers: HEADERS,
    });
  });

  it('wait for the count', async () => {
    expect((await invoke(limited(later(allowed)).handler, call())).headers).toMatchObject(HEADERS);
  });

  it('are left out while nothing is known of the limit', async () => {
    const { handler } = limited({ allowed: true, status: undefined });
    const { status, headers } = await invoke(handler, call());
    expect(status).toBe(200);
    expect(Object.keys(headers).join()).not.toContain('ratelimit');
  });

  it('are left out, and nothing is counted, for a caller whom nobody knows', async () => {
    const { handler, callers } = limited(allowed);
    const { status, headers } = await invoke(handler, call({ verdict: { authn: 'invalid' } }));
    expect(status).toBe(401);
    expect(Object.keys(headers).join()).not.toContain('ratelimit');
    expect(callers).toEqual([]);
  });
});

describe('a request too many', () => {
  it.each([
    ['known at once', over],
    ['known when it was counted', later(over)],
  ])('is answered 429 and says when to come back: %s', async (_what, decision) => {
    const { status, headers, body } = await invoke(limited(decision).handler, call());
    expect(status).toBe(429);
    expect(headers).toMatchObject({ ...HEADERS, 'x-ratelimit-remaining': '0', 'x-request-id': REQUEST_ID });
    expect(headers['retry-after']).toBe('30');
    expect(body.error).toEqual({
      code: 'rate_limited',
      message: 'Too many requests: 60 a minute are allowed. Try again in 30 s.',
      details: { retryAfter: 30 },
    });
  });

  it('is not even looked at when that is known at once', async () => {
    let looked = false;
    const { handler } = limited(over, async () => {
      looked = true;
      return served();
    });
    await invoke(handler, call());
    expect(looked).toBe(false);
  });

  it.each<[string, (table: Call['table']) => Promise<unknown>]>([
    ['put', (table) => table.put({ pk: 'a', sk: 'b' })],
    ['update', (table) => table.update({ pk: 'a', sk: 'b' }, { set: { written: true } })],
  ])('may read while it is counted, and writes nothing: %s', async (_verb, write) => {
    const done: string[] = [];
    const { handler, table } = limited(later(over), async (entered) => {
      await entered.table.get({ pk: 'a', sk: 'b' });
      await entered.table.query({ partition: 'a' });
      done.push('read');
      await write(entered.table);
      done.push('written');
      return served();
    });
    expect((await invoke(handler, call())).status).toBe(429);
    await later(undefined);
    expect(done).toEqual(['read']);
    expect(table.items()).toEqual([]);
  });

  it.each([
    ['lacks the scope', async () => served(), 'read:chat'],
    ['asks for what does not exist', () => Promise.reject(new Refusal('not_found', 'No.')), '*'],
  ])('is answered 429 even when it %s', async (_what, serve, scopes) => {
    const { handler } = limited(later(over), serve);
    expect((await invoke(handler, call({ verdict: { ...KNOWN_CALLER, scopes } }))).status).toBe(429);
  });

  it('is logged as such, and no error', async () => {
    await invoke(limited(over).handler, call());
    expect(logs.parsed()).toEqual([
      expect.objectContaining({ level: 'INFO', outcome: 'rate_limited', status: 429, orgId: 'org_1' }),
    ]);
  });
});

describe('a request that can’t be counted', () => {
  const uncounted: RateLimitDecision = {
    allowed: true,
    status: undefined,
    failure: new Error('The database is out'),
  };

  it('is served, and is a metric', async () => {
    expect((await invoke(limited(uncounted).handler, call())).status).toBe(200);
    const [line] = logs.parsed();
    expect(line).toMatchObject({
      level: 'ERROR',
      message: 'request not counted',
      requestId: REQUEST_ID,
      operation: 'startChatSession',
      uncountedRequests: 1,
      errorMessage: 'The database is out',
      _aws: {
        CloudWatchMetrics: [{ Dimensions: [[]], Metrics: [{ Name: 'uncountedRequests', Unit: 'Count' }] }],
      },
    });
  });
});

it('the limit of a key goes with its caller', async () => {
  const { handler, callers } = limited(allowed);
  await invoke(handler, call());
  await invoke(handler, call({ verdict: { ...KNOWN_CALLER, keyId: 'key_1', requestsPerMinute: '30' } }));
  expect(callers.map(({ orgId, keyLimit }) => ({ orgId, keyLimit }))).toEqual([
    { orgId: 'org_1', keyLimit: undefined },
    { orgId: 'org_1', keyLimit: { keyId: 'key_1', requestsPerMinute: 30 } },
  ]);
});
