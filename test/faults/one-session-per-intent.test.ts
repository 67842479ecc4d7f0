// However often an intent is sent, and whatever is lost on the way: one session, one answer.
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { deleteSession, endSession, getSession, inParallel, type Reply, sessionIn, start } from './caller.ts';
import type { DatabaseCall } from './database-proxy.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from './faulty-stack.ts';
import { KEY_KINDS, uuidV7 } from './idempotency-keys.ts';

let stack: FaultyStack;
let tenant: Tenant;

beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1 });
});

afterAll(async () => {
  await stack.close();
  stack.remove();
});

beforeEach(async () => {
  stack.database.follow([]);
  stack.client.follow([]);
  stack.database.forget();
  tenant = await stack.newTenant();
});

const putsSession = ({ operation, sortKey }: DatabaseCall) =>
  operation === 'PutItem' && sortKey?.includes('#SESSION#') === true;
const putsIntent = ({ operation, sortKey }: DatabaseCall) => operation === 'PutItem' && sortKey === 'INTENT';

const begin = (key?: string) => start(stack.gatewayUrl, tenant, key);

async function stored(): Promise<Record<string, unknown>[]> {
  return (await stack.items('#SESSION#')).filter(({ userId }) => userId === tenant.userId);
}

describe('A write whose answer is lost', () => {
  it.each(['drop-after', 'cut', 'hang-after', 'stall'] as const)(
    'on its way back ("%s") is answered with 201 all the same, and there is one session',
    async (kind) => {
      stack.database.follow([{ when: putsSession, nth: 1, fault: { kind } }]);

      const reply = await begin();

      expect(reply.status).toBe(201);
      expect(reply.headers.get('idempotent-replayed')).toBeNull();
      expect(await stored()).toHaveLength(1);
      expect(sessionIn(await getSession(stack.gatewayUrl, tenant, sessionIn(reply).sessionId))).toEqual(
        sessionIn(reply),
      );
    },
  );

  it('and that arrives once more, after its sender has given up on it, changes nothing', async () => {
    stack.database.follow([{ when: putsSession, nth: 1, fault: { kind: 'delay', ms: 1_500 } }]);

    const reply = await begin();
    await expect.poll(() => stack.database.records.filter(({ status }) => status === 400).length).toBe(1);

    expect(reply.status).toBe(201);
    expect(await stored()).toHaveLength(1);
    expect(sessionIn(await getSession(stack.gatewayUrl, tenant, sessionIn(reply).sessionId)).status).toBe(
      'active',
    );
  });

  it('between the intent and the session is completed by the retry', async () => {
    stack.database.follow([{ when: putsSession, nth: [1, 2, 3], fault: { kind: 'error' } }]);
    const key = 'order-4711';

    const first = await begin(key);
    const second = await begin(key);
    const third = await begin(key);

    expect([first.status, second.status, third.status]).toEqual([503, 201, 201]);
    expect(second.headers.get('idempotent-replayed')).toBeNull();
    expect(third.headers.get('idempotent-replayed')).toBe('true');
    expect(third.text).toBe(second.text);
    expect(await stored()).toHaveLength(1);
  });

  it('after the intent is taken for the intent of the same request', async () => {
    stack.database.follow([{ when: putsIntent, nth: 1, fault: { kind: 'drop-after' } }]);

    const reply = await begin('order-4712');

    expect(reply.status).toBe(201);
    expect(reply.headers.get('idempotent-replayed')).toBeNull();
    expect(await stored()).toHaveLength(1);
  });
});

describe.each(KEY_KINDS)('With one key, %s,', (_, newKey) => {
  it('64 starts at once make one session, get 64 identical bodies, and 63 are marked as replayed', async () => {
    const key = newKey();

    const replies = await inParallel(64, 64, () => begin(key));

    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(63);
    expect(await stored()).toHaveLength(1);
  });
});

describe('At the same time', () => {
  const statuses = (replies: readonly Reply[]) => [...new Set(replies.map(({ status }) => status))];

  it('50 ends of one session say once that it was not ended before', async () => {
    const { sessionId } = sessionIn(await begin());

    const replies = await inParallel(50, 50, () => endSession(stack.gatewayUrl, tenant, sessionId));

    const bodies = replies.map(({ text }) => JSON.parse(text));
    expect(statuses(replies)).toEqual([200]);
    expect(bodies.filter(({ alreadyEnded }) => alreadyEnded === false)).toHaveLength(1);
    expect(new Set(bodies.map(({ session }) => JSON.stringify(session))).size).toBe(1);
  });

  it('20 ends, 20 deletes and 20 retries of the start leave a session that is gone', async () => {
    const key = uuidV7();
    const { sessionId } = sessionIn(await begin(key));

    const replies = await inParallel(60, 60, (i) =>
      i % 3 === 0
        ? endSession(stack.gatewayUrl, tenant, sessionId)
        : i % 3 === 1
          ? deleteSession(stack.gatewayUrl, tenant, sessionId)
          : begin(key),
    );

    expect(replies.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(
      statuses(replies.filter((_, i) => i % 3 === 2)).every((status) => status === 201 || status === 409),
    ).toBe(true);
    expect((await getSession(stack.gatewayUrl, tenant, sessionId)).status).toBe(404);
    expect((await endSession(stack.gatewayUrl, tenant, sessionId)).status).toBe(404);
    expect(await stored()).toHaveLength(0);
  });
});
