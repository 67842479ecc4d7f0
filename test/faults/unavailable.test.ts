// When the database can't be reached, callers are told so in time and in the envelope, and nothing is half done.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  deleteSession,
  endSession,
  getSession,
  listSessions,
  type Reply,
  sessionIn,
  start,
} from './caller.ts';
import type { DatabaseCall } from './database-proxy.ts';
import type { Fault } from './fault.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from './faulty-stack.ts';
import { uuidV4, uuidV7 } from './idempotency-keys.ts';

/** One of each sort that a function can tell apart; database-outage.test.ts has them all. */
const OUTAGES = [
  { kind: 'hang-before' },
  { kind: 'stall' },
  { kind: 'reset' },
  { kind: 'cut' },
  { kind: 'error' },
  { kind: 'throttle' },
  { kind: 'throughput-exceeded' },
  { kind: 'overloaded' },
] as const satisfies readonly Fault[];

let stack: FaultyStack;
let tenant: Tenant;
let earlier: string;

beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1 });
  tenant = await stack.newTenant();
  // Each function has been loaded before its time is measured.
  await Promise.all(everyOperation('chs_00000000000000000000000000_psn_x'));
});

afterAll(async () => {
  await stack.close();
  stack.remove();
});

beforeEach(async () => {
  tenant = await stack.newTenant();
  earlier = sessionIn(await start(stack.gatewayUrl, tenant)).sessionId;
});

afterEach(() => stack.database.follow([]));

const asksForCredentials = ({ sortKey }: DatabaseCall) => sortKey === 'APIKEY';
const asksForAnythingElse = (call: DatabaseCall) => !asksForCredentials(call);

describe.each(OUTAGES)('When the database always meets "$kind"', (fault) => {
  it.each([
    ['while credentials are checked', asksForCredentials],
    ['while the endpoint works', asksForAnythingElse],
  ])('%s, every operation answers 503 with Retry-After, and in time', async (_, when) => {
    stack.database.follow([{ when, fault }]);

    const replies = await Promise.all(everyOperation(earlier));

    for (const reply of replies) {
      expectUnavailable(reply);
    }
  });
});

describe('When an outage is over', () => {
  it.each([
    ['a UUIDv7', uuidV7],
    ['a UUIDv4', uuidV4],
  ])('a start with %s that was answered 503 is completed by its retry, once', async (_, newKey) => {
    const key = newKey();
    stack.database.follow([{ when: asksForAnythingElse, fault: [{ kind: 'cut' }, { kind: 'reset' }] }]);
    const during = [await start(stack.gatewayUrl, tenant, key), await start(stack.gatewayUrl, tenant, key)];
    stack.database.follow([]);

    const after = await start(stack.gatewayUrl, tenant, key);

    expect(during.map(({ status }) => status)).toEqual([503, 503]);
    expect(after.status).toBe(201);
    const listed = JSON.parse((await listSessions(stack.gatewayUrl, tenant)).text).items;
    expect(listed).toEqual([sessionIn(after), expect.objectContaining({ sessionId: earlier })]);
  });

  it('what was answered 503 before anything was written has left nothing behind', async () => {
    const before = await stack.items('');
    stack.database.follow([{ when: asksForAnythingElse, fault: { kind: 'drop-before' } }]);

    await Promise.all(everyOperation(earlier));

    expect(await stack.items('')).toEqual(before);
  });
});

describe('When there is nothing at the address of the database', () => {
  it('every operation answers 503 with Retry-After, and in time', async () => {
    const unreachable = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1 });
    try {
      await unreachable.database.close();
      const replies = await Promise.all(everyOperation(earlier, unreachable.gatewayUrl));

      for (const reply of replies) {
        expectUnavailable(reply);
      }
    } finally {
      await unreachable.close();
      unreachable.remove();
    }
  });
});

function everyOperation(sessionId: string, url = stack.gatewayUrl): Promise<Reply>[] {
  return [
    start(url, tenant),
    start(url, tenant, uuidV7()),
    start(url, tenant, uuidV4()),
    listSessions(url, tenant),
    getSession(url, tenant, sessionId),
    endSession(url, tenant, sessionId),
    deleteSession(url, tenant, sessionId),
  ];
}

/** In time: the answer to a function that was ended by its time-out is a 500 of the gateway, and another body. */
function expectUnavailable({ status, headers, text }: Reply): void {
  expect(status, text).toBe(503);
  expect(JSON.parse(text)).toEqual({
    error: { code: 'service_unavailable', message: expect.stringContaining('moment') },
  });
  expect(headers.get('retry-after')).toMatch(/^[1-9][0-9]?$/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-request-id')).not.toBeNull();
}
