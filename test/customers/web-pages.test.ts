// Web pages of a configured origin: a browser lets them call every operation, and read every header of the answers.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { setOrgPlan } from '../../admin/org-plan.ts';
import { answerHeaders } from '../../functions/headers.ts';
import { routes } from '../../functions/routes.ts';
import { call, type Reply, sessionIn } from '../faults/caller.ts';
import { type FaultyStack, startFaultyStack } from '../faults/faulty-stack.ts';
import { headersToExpose } from '../openapi/headers-to-expose.ts';

const ORIGIN = 'https://app.example.com';

let stack: FaultyStack;
beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1 });
});
afterAll(async () => {
  await stack.close();
  stack.remove();
});

function preflight(method: string, path: string, origin = ORIGIN): Promise<Response> {
  return fetch(stack.gatewayUrl + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,traceparent',
    },
  });
}

function listed(header: string | null): string[] {
  return (header ?? '').split(',').map((name) => name.trim().toLowerCase());
}

describe('a preflight', () => {
  it.each(Object.entries(routes))('of %s is answered as a browser needs it', async (_operation, route) => {
    const answer = await preflight(route.method, route.path.replace('{id}', 'psn_1'));
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(listed(answer.headers.get('access-control-allow-methods'))).toContain(route.method.toLowerCase());
    expect(listed(answer.headers.get('access-control-allow-headers'))).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'idempotency-key', 'traceparent']),
    );
    expect(await answer.text()).toBe('');
  });

  it('of a page of another origin does not let it call', async () => {
    const answer = await preflight('GET', '/v1/chat/sessions/chs_1', 'https://evil.example');
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('has no verdict of the authorizer, as another call has', async () => {
    await call(stack.gatewayUrl, { apiKey: 'sk_test_x' }, 'GET', '/v1/chat/sessions/chs_1');
    await preflight('GET', '/v1/chat/sessions/chs_1');
    const [other, asked] = stack.local
      .accessLogs()
      .slice(-2)
      .map((line) => JSON.parse(line));
    expect(other).toMatchObject({ routeKey: 'GET /v1/chat/sessions/{id}', authn: 'invalid' });
    expect(asked).toMatchObject({ routeKey: 'OPTIONS /{proxy+}', authn: '-', status: '204' });
  });
});

it('the access log has the address and the user agent of who called', async () => {
  const headers = { 'user-agent': 'a "quoted" one' };
  await call(stack.gatewayUrl, { apiKey: 'sk_test_x' }, 'GET', '/v1/chat/sessions/chs_1', { headers });
  const line = JSON.parse(stack.local.accessLogs().at(-1) ?? '{}');
  expect(line).toMatchObject({ ip: '127.0.0.1', agent: 'a "quoted" one' });
});

it('a page may read every header that was ever sent, and no name is on the list that never is', async () => {
  const tenant = await stack.newTenant();
  await setOrgPlan(stack.table, { orgId: tenant.orgId, plan: 'three' });
  const headers = { origin: ORIGIN };
  const path = `/v1/personas/${tenant.personaId}/chat/sessions`;
  const json = { personaId: tenant.personaId };
  const keyed = { ...headers, 'idempotency-key': 'one-and-the-same' };
  const answers: Reply[] = [
    await call(stack.gatewayUrl, tenant, 'POST', path, { headers: keyed, json }),
    await call(stack.gatewayUrl, tenant, 'POST', path, { headers: keyed, json }),
    await call(stack.gatewayUrl, tenant, 'GET', '/nowhere', { headers }),
    await call(stack.gatewayUrl, { apiKey: '' }, 'GET', path, { headers }),
  ];
  while (answers.at(-1)?.status !== 429) {
    answers.push(await call(stack.gatewayUrl, tenant, 'GET', path, { headers }));
  }
  expect(sessionIn(answers[0] as Reply).personaId).toBe(tenant.personaId);

  const seen = new Set(answers.flatMap((answer) => headersToExpose(answer.headers)));
  expect([...seen].sort()).toEqual([...answerHeaders].sort());
  for (const answer of answers) {
    const exposed = listed(answer.headers.get('access-control-expose-headers'));
    expect(headersToExpose(answer.headers).filter((name) => !exposed.includes(name))).toEqual([]);
  }
});
