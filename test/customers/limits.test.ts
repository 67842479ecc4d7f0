// Limits as callers of the API meet them, on the local stack.
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import { setOrgPlan } from '../../admin/org-plan.ts';
import { limitActions, type Operation, routes } from '../../functions/routes.ts';
import {
  call,
  deleteSession,
  endSession,
  getSession,
  inParallel,
  listSessions,
  type Reply,
  sessionIn,
  start,
} from '../faults/caller.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from '../faults/faulty-stack.ts';
import { acceptAnswer } from '../openapi/strict-client.ts';
import { secondsLeftInWindow } from './one-window.ts';

let stack: FaultyStack;
beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1 });
});
afterAll(async () => {
  await stack.close();
  stack.remove();
});
beforeEach(() => {
  stack.database.follow([]);
  stack.database.forget();
});

async function tenantOn(plan: string): Promise<Tenant> {
  const tenant = await stack.newTenant();
  await setOrgPlan(stack.table, { orgId: tenant.orgId, plan });
  return tenant;
}

function limitOf({ headers }: Reply) {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    headers.get(`x-ratelimit-${name}`),
  );
  return {
    limit: limit && Number(limit),
    remaining: remaining && Number(remaining),
    reset: reset && Number(reset),
  };
}

const OPERATIONS: [name: Operation, call: (tenant: Tenant, sessionId: string) => Promise<Reply>][] = [
  ['startChatSession', (tenant) => start(stack.gatewayUrl, tenant)],
  ['listChatSessionsForPersona', (tenant) => listSessions(stack.gatewayUrl, tenant)],
  ['getChatSession', (tenant, id) => getSession(stack.gatewayUrl, tenant, id)],
  ['endChatSession', (tenant, id) => endSession(stack.gatewayUrl, tenant, id)],
  ['deleteChatSession', (tenant, id) => deleteSession(stack.gatewayUrl, tenant, id)],
];

describe('every answer to a caller whose org is known', () => {
  it('says the limit of the plan, what remains, and the second of the epoch when it begins again', async () => {
    const tenant = await tenantOn('thirty');
    await secondsLeftInWindow(10);
    const nowSeconds = Date.now() / 1_000;
    const started = await start(stack.gatewayUrl, tenant);
    const { limit, remaining, reset } = limitOf(started);
    expect({ limit, remaining }).toEqual({ limit: 30, remaining: 29 });
    expect(reset).toBe(Math.ceil(nowSeconds / 60) * 60);

    const { sessionId } = sessionIn(started);
    const answers = [
      await start(stack.gatewayUrl, tenant, 'one-and-the-same'),
      await start(stack.gatewayUrl, tenant, 'one-and-the-same'),
      await start(stack.gatewayUrl, tenant, 'a, b'),
      await getSession(stack.gatewayUrl, tenant, sessionId),
      await getSession(stack.gatewayUrl, tenant, 'nothing'),
      await listSessions(stack.gatewayUrl, tenant),
      await listSessions(stack.gatewayUrl, tenant, '?limit=0'),
      await endSession(stack.gatewayUrl, tenant, sessionId),
      await endSession(stack.gatewayUrl, tenant, sessionId),
      await deleteSession(stack.gatewayUrl, tenant, sessionId),
      await deleteSession(stack.gatewayUrl, tenant, sessionId),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      201, 201, 422, 200, 404, 200, 422, 200, 200, 204, 404,
    ]);
    const remained = answers.map((answer) => limitOf(answer).remaining);
    expect(remained).toEqual([28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18]);
  });

  it('says so to those who lack the scope, too', async () => {
    const tenant = await tenantOn('thirty');
    const { secretKey: apiKey } = await issueApiKey(stack.table, {
      ...tenant,
      scopes: ['read:chat'],
      environment: 'test',
    });
    const answer = await start(stack.gatewayUrl, { ...tenant, apiKey });
    expect(answer.status).toBe(403);
    expect(limitOf(answer)).toMatchObject({ limit: 30, remaining: 29 });
  });

  it('says so to a session JWT as to an API key, and counts both together', async () => {
    const tenant = await tenantOn('thirty');
    await secondsLeftInWindow(5);
    const claims = { sub: tenant.userId, org_id: tenant.orgId, workspace_id: tenant.workspaceId, scope: '*' };
    const sessionJwt = await stack.local.signSessionJwt(claims);
    await start(stack.gatewayUrl, tenant);
    expect(limitOf(await start(stack.gatewayUrl, { ...tenant, apiKey: sessionJwt }))).toMatchObject({
      limit: 30,
      remaining: 28,
    });
  });

  it('has nothing of the kind for strangers, and where nothing is', async () => {
    const tenant = await tenantOn('thirty');
    const stranger = await getSession(stack.gatewayUrl, { apiKey: 'pk_nobody' }, 'x');
    const nowhere = await call(stack.gatewayUrl, tenant, 'GET', '/v1/nowhere');
    expect([stranger.status, nowhere.status]).toEqual([401, 404]);
    expect([limitOf(stranger).limit, limitOf(nowhere).limit]).toEqual([null, null]);
  });
});

describe('a request beyond the limit', () => {
  it.each(OPERATIONS)(
    'to %s is answered 429, says when to come back, and does nothing',
    async (operation, request) => {
      const tenant = await tenantOn('three');
      await secondsLeftInWindow(10);
      const { sessionId } = sessionIn(await start(stack.gatewayUrl, tenant));
      await listSessions(stack.gatewayUrl, tenant);
      await listSessions(stack.gatewayUrl, tenant);
      const before = await stack.items('SESSION');
      const answer = await request(tenant, sessionId);
      expect(answer.status).toBe(429);
      const { method, path } = routes[operation];
      await acceptAnswer({ ...answer, method, path });
      const { error } = JSON.parse(answer.text);
      const retryAfter = Number(answer.headers.get('retry-after'));
      expect(error).toMatchObject({ code: 'rate_limited', details: { retryAfter } });
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(60);
      expect(limitOf(answer)).toMatchObject({ limit: 3, remaining: 0 });
      expect(await stack.items('SESSION')).toEqual(before);
    },
  );

  it('of one org leaves another as it is', async () => {
    const [greedy, other] = [await tenantOn('three'), await tenantOn('three')];
    await secondsLeftInWindow(10);
    const statuses = [];
    for (let i = 0; i < 5; i += 1) {
      statuses.push((await start(stack.gatewayUrl, greedy)).status);
    }
    expect(statuses).toEqual([201, 201, 201, 429, 429]);
    expect(limitOf(await start(stack.gatewayUrl, other))).toMatchObject({ limit: 3, remaining: 2 });
  });

  it('of a key with a limit of its own leaves the rest to its org', async () => {
    const tenant = await tenantOn('thirty');
    await secondsLeftInWindow(10);
    const { secretKey: apiKey } = await issueApiKey(stack.table, {
      ...tenant,
      scopes: ['*'],
      environment: 'test',
      requestsPerMinute: 2,
    });
    const answers = [];
    for (let i = 0; i < 4; i += 1) {
      answers.push(await start(stack.gatewayUrl, { ...tenant, apiKey }));
    }
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 429, 429]);
    expect(answers.map((answer) => limitOf(answer).limit)).toEqual([2, 2, 2, 2]);
    expect(limitOf(await start(stack.gatewayUrl, tenant))).toMatchObject({ limit: 30, remaining: 27 });
  });
});

describe('counting', () => {
  const isCount = ({ sortKey }: { sortKey: string | undefined }) => sortKey === 'REQUESTS';
  const counts = () => stack.database.records.filter(({ call }) => isCount(call));

  it('takes at most one write for each request, and none for those that are known to be too many', async () => {
    const tenant = await tenantOn('three');
    await secondsLeftInWindow(10);
    for (let i = 0; i < 10; i += 1) {
      await start(stack.gatewayUrl, tenant);
    }
    expect(counts()).toHaveLength(3);
    expect(stack.database.records.filter(({ call }) => call.sortKey === 'ORG')).toHaveLength(1);
  });

  it('holds a start up no longer than the read of its persona does', async () => {
    const tenant = await tenantOn('thirty');
    await secondsLeftInWindow(10);
    await start(stack.gatewayUrl, tenant);
    stack.database.follow([{ fault: { kind: 'delay', ms: 100 } }]);
    const startedMs = performance.now();
    expect((await start(stack.gatewayUrl, tenant)).status).toBe(201);
    // The read and the count side by side, and then the put.
    const elapsedMs = performance.now() - startedMs;
    expect(elapsedMs).toBeGreaterThanOrEqual(200);
    expect(elapsedMs).toBeLessThan(290);
  });

  it('is all that a function asks of the table besides what its operation needs', async () => {
    const tenant = await stack.newTenant();
    const { sessionId } = sessionIn(await start(stack.gatewayUrl, tenant));
    await inParallel(OPERATIONS.length, 1, async (i) => OPERATIONS[i]?.[1](tenant, sessionId));
    for (const [operation, { tableActions }] of Object.entries(routes)) {
      const caller = `LOCAL${operation.charAt(0).toUpperCase()}${operation.slice(1)}Function`;
      const done = stack.database.records
        .filter(({ call }) => call.caller.startsWith(caller))
        .map(({ call }) => `dynamodb:${call.operation}`);
      expect([operation, new Set(done)]).toEqual([operation, new Set([...tableActions, ...limitActions])]);
    }
  });

  it('that is down lets every request through, within a blink, and is a metric', async () => {
    const tenant = await tenantOn('three');
    await start(stack.gatewayUrl, tenant);
    stack.database.follow([{ when: isCount, fault: { kind: 'hang-before' } }]);
    await secondsLeftInWindow(10);
    const elapsedMs: number[] = [];
    const statuses: number[] = [];
    for (let i = 0; i < 10; i += 1) {
      const startedMs = performance.now();
      statuses.push((await start(stack.gatewayUrl, tenant)).status);
      elapsedMs.push(performance.now() - startedMs);
    }
    const median = elapsedMs.sort((a, b) => a - b)[5] as number;
    expect(median).toBeLessThan(150);
    expect(elapsedMs.at(-1)).toBeLessThan(700);
    expect(new Set(statuses)).toEqual(new Set([201]));
    const lines = stack.local
      .logs()
      .filter((line) => line.includes('request not counted'))
      .map((line) => JSON.parse(line.slice(line.indexOf('\t') + 1)));
    expect(lines.length).toBeGreaterThanOrEqual(10);
    expect(lines[0]).toMatchObject({
      level: 'ERROR',
      operation: 'startChatSession',
      uncountedRequests: 1,
      _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'uncountedRequests' }] }] },
    });
  });
});
