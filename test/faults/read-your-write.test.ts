// A session that was just started can be read, and is on the first page of its list.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { getSession, inParallel, listSessions, sessionIn, start } from './caller.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from './faulty-stack.ts';
import { KEY_KINDS } from './idempotency-keys.ts';
import { runSize } from './run-size.ts';

const STARTS = runSize({ byDefault: 100, full: 1_000 });

let stack: FaultyStack;
let tenant: Tenant;

beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1 });
});

afterAll(async () => {
  await stack.close();
  stack.remove();
});

describe.each([...KEY_KINDS, ['no key', () => undefined]] as const)('With %s', (_, newKey) => {
  it(`${STARTS} sessions are read and listed at once after their start, and none is ever missing`, async () => {
    tenant = await stack.newTenant();

    const missing = await inParallel(STARTS, 8, async () => {
      const session = sessionIn(await start(stack.gatewayUrl, tenant, newKey()));
      const [read, list] = await Promise.all([
        getSession(stack.gatewayUrl, tenant, session.sessionId),
        listSessions(stack.gatewayUrl, tenant),
      ]);
      expect(sessionIn(read)).toEqual(session);
      const { items } = JSON.parse(list.text) as { items: { sessionId: string }[] };
      return items.some(({ sessionId }) => sessionId === session.sessionId) ? [] : [session.sessionId];
    });

    expect(missing.flat()).toEqual([]);
  }, 600_000);
});
