// Limits as callers of the API meet them, on the local stack.
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { issueApiKey, type NewApiKey } from '../../admin/issue-api-key.ts';
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
import { inOneWindow, uncountedRequests } from './one-window.ts';

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

async function keyOf(tenant: Tenant, key: Pick<NewApiKey, 'scopes' | 'requestsPerMinute'>): Promise<string> {
  return (await issueApiKey(stack.table, { ...tenant, ...key, environment: 'test' })).secretKey;
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

const TURN = { turn: 1, messages: 2, inputTokens: 3, outputTokens: 4, costUsdMicros: 5 };

const change = (tenant: Tenant, method: string, path: string, json: unknown) =>
  call(stack.gatewayUrl, tenant, method, `/v1/chat/sessions/${path}`, { json });

const OPERATIONS: [name: Operation, call: (tenant: Tenant, sessionId: string) => Promise<Reply>][] = [
  ['startChatSession', (tenant) => start(stack.gatewayUrl, tenant)],
  ['listChatSessionsForPersona', (tenant) => listSessions(stack.gatewayUrl, tenant)],
  ['updateChatSession', (tenant, id) => change(tenant, 'PATCH', id, { archived: false })],
  ['recordChatTurn', (tenant, id) => change(tenant, 'POST', `${id}/turns`, TURN)],
  ['getChatSession', (tenant, id) => getSession(stack.gatewayUrl, tenant, id)],
  ['endChatSession', (tenant, id) => endSession(stack.gatewayUrl, tenant, id)],
  ['deleteChatSession', (tenant, id) => deleteSession(stack.gatewayUrl, tenant, id)],
];

describe('every answer to a caller whose org is known', () => {
  it('says the limit of the plan, what remains, and the second of the epoch when it begins again', async () => {
    const beganAtMs = Date.now();
    const answers = await inOneWindow(stack, async () => {
      const tenant = await tenantOn('thirty');
      const started = await start(stack.gatewayUrl, tenant);
      const { sessionId } = sessionIn(started);
      return [
        started,
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
    });
    expect(answers.map(({ status }) => status)).toEqual([
      201, 201, 201, 422, 200, 404, 200, 422, 200, 200, 204, 404,
    ]);
    const limits = answers.map(limitOf);
    expect(limits.map(({ remaining }) => remaining)).toEqual([
      29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18,
    ]);
    expect(new Set(limits.map(({ limit }) => limit))).toEqual(new Set([30]));
    const [reset] = new Set(limits.map(({ reset }) => Number(reset)));
    expect(Number(reset) % 60).toBe(0);
    expect(Number(reset) * 1_000 - beganAtMs).toBeGreaterThan(0);
    expect(Number(reset) * 1_000 - Date.now()).toBeLessThanOrEqual(60_000);
  });

  it('says so to those who lack the scope, too', async () => {
    const answer = await inOneWindow(stack, async () => {
      const tenant = await tenantOn('thirty');
      const apiKey = await keyOf(tenant, { scopes: ['read:chat'] });
      return start(stack.gatewayUrl, { ...tenant, apiKey });
    });
    expect(answer.status).toBe(403);
    expect(limitOf(answer)).toMatchObject({ limit: 30, remaining: 29 });
  });

  it('says so to a session JWT as to an API key, and counts both together', async () => {
    const answer = await inOneWindow(stack, async () => {
      const tenant = await tenantOn('thirty');
      const { userId: sub, orgId: org_id, workspaceId: workspace_id } = tenant;
      const apiKey = await stack.local.signSessionJwt({ sub, org_id, workspace_id, scope: '*' });
      await start(stack.gatewayUrl, tenant);
      return start(stack.gatewayUrl, { ...tenant, apiKey });
    });
    expect(limitOf(answer)).toMatchObject({ limit: 30, remaining: 28 });
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
      const { answer, before, after } = await inOneWindow(stack, async () => {
        const tenant = await tenantOn('three');
        const { sessionId } = sessionIn(await start(stack.gatewayUrl, tenant));
        await listSessions(stack.gatewayUrl, tenant);
        await listSessions(stack.gatewayUrl, tenant);
        const before = await stack.items('SESSION');
        const answer = await request(tenant, sessionId);
        return { answer, before, after: await stack.items('SESSION') };
      });
      expect(answer.status).toBe(429);
      const { method, path } = routes[operation];
      await acceptAnswer({ ...answer, method, path });
      const { error } = JSON.parse(answer.text);
      const retryAfter = Number(answer.headers.get('retry-after'));
      expect(error).toMatchObject({ code: 'rate_limited', details: { retryAfter } });
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(60);
      expect(limitOf(answer)).toMatchObject({ limit: 3, remaining: 0 });
      expect(after).toEqual(before);
    },
  );

  it('of one org leaves another as it is', async () => {
    const { statuses, another } = await inOneWindow(stack, async () => {
      const [greedy, other] = [await tenantOn('three'), await tenantOn('three')];
      const statuses = await inParallel(5, 1, async () => (await start(stack.gatewayUrl, greedy)).status);
      return { statuses, another: await start(stack.gatewayUrl, other) };
    });
    expect(statuses).toEqual([201, 201, 201, 429, 429]);
    expect(limitOf(another)).toMatchObject({ limit: 3, remaining: 2 });
  });

  it('of a key with a limit of its own leaves the rest to its org', async () => {
    const { answers, another } = await inOneWindow(stack, async () => {
      const tenant = await tenantOn('thirty');
      const apiKey = await keyOf(tenant, { scopes: ['*'], requestsPerMinute: 2 });
      const answers = await inParallel(4, 1, () => start(stack.gatewayUrl, { ...tenant, apiKey }));
      return { answers, another: await start(stack.gatewayUrl, tenant) };
    });
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 429, 429]);
    expect(answers.map((answer) => limitOf(answer).limit)).toEqual([2, 2, 2, 2]);
    expect(limitOf(another)).toMatchObject({ limit: 30, remaining: 27 });
  });

  it('is refused to 64 callers at once exactly from where the plan ends, and each session was started once', async () => {
    const tenant = await tenantOn('hundred-fifty');
    const other = await stack.newTenant();
    const uncountedBefore = uncountedRequests(stack);
    const [answers, ofOther] = await Promise.all([
      inParallel(300, 64, () => start(stack.gatewayUrl, tenant)),
      inParallel(20, 1, () => start(stack.gatewayUrl, other)),
    ]);
    expect(new Set(ofOther.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 429]));
    // Of each minute, should the next one have begun meanwhile.
    const told = answers.map(limitOf).filter(({ reset }) => reset !== null);
    const minutes = Map.groupBy(told, ({ reset }) => reset);
    const expected = [...minutes.values()].reduce((sum, { length }) => sum + Math.min(150, length), 0);
    const accepted = answers.filter(({ status }) => status === 201).length;
    const uncounted = uncountedRequests(stack) - uncountedBefore;
    console.info(`${accepted} of ${answers.length} accepted at a limit of 150, ${uncounted} uncounted`);
    expect(accepted).toBeGreaterThanOrEqual(expected);
    expect(accepted).toBeLessThanOrEqual(expected + uncounted);
    expect(new Set(told.map(({ limit }) => limit))).toEqual(new Set([150]));
    expect(Math.min(...told.map(({ remaining }) => Number(remaining)))).toBe(0);
    expect(Math.min(...ofOther.map((answer) => Number(limitOf(answer).remaining)))).toBeGreaterThanOrEqual(
      100_000 - ofOther.length,
    );
    const ids = answers.flatMap((answer) => (answer.status === 201 ? [sessionIn(answer).sessionId] : []));
    const stored = (await stack.items('#SESSION#')).filter(({ userId }) => userId === tenant.userId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(stored).toHaveLength(ids.length);
  });
});

describe('counting', () => {
  const isCount = ({ sortKey }: { sortKey: string | undefined }) => sortKey === 'REQUESTS';

  it('takes one write for each request, and none for those that are known to be too many', async () => {
    const asked = await inOneWindow(stack, async () => {
      const tenant = await tenantOn('three');
      stack.database.forget();
      await inParallel(10, 1, () => start(stack.gatewayUrl, tenant));
      return stack.database.records.map(({ call }) => call);
    });
    expect(asked.filter(isCount)).toHaveLength(3);
    expect(asked.filter(({ sortKey }) => sortKey === 'ORG')).toHaveLength(1);
  });

  it('is all that a function asks of the table besides what its operation needs', async () => {
    const tenant = await stack.newTenant();
    const { sessionId } = sessionIn(await start(stack.gatewayUrl, tenant));
    await inParallel(OPERATIONS.length, 1, async (i) => OPERATIONS[i]?.[1](tenant, sessionId));
    for (const [operation] of OPERATIONS) {
      const caller = `LOCAL${operation.charAt(0).toUpperCase()}${operation.slice(1)}Function`;
      const done = stack.database.records
        .filter(({ call }) => call.caller.startsWith(caller))
        .map(({ call }) => `dynamodb:${call.operation}`);
      const allowed = new Set([...routes[operation].tableActions, ...limitActions]);
      expect([operation, new Set(done)]).toEqual([operation, allowed]);
    }
  });

  it('that is down lets every request through, and is a metric', async () => {
    const tenant = await tenantOn('three');
    stack.database.follow([{ when: isCount, fault: { kind: 'hang-before' } }]);
    const answers = await inParallel(5, 1, () => start(stack.gatewayUrl, tenant));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    await expect.poll(() => uncountedRequests(stack)).toBeGreaterThanOrEqual(5);
    const line = stack.local.logs().findLast((line) => line.includes('request not counted')) ?? '';
    expect(JSON.parse(line.slice(line.indexOf('\t') + 1))).toMatchObject({
      level: 'ERROR',
      operation: 'startChatSession',
      uncountedRequests: 1,
      _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'uncountedRequests' }] }] },
    });
  });
});
