// Cross-origin calls where the API is configured for them: which preflights reach a route, and whose headers are sent.
import { type CfnApi, CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../local/stack.ts';
import type { Fixture } from './fixture/synthesise-fixture.ts';
import { startFixture } from './fixture-stack.ts';

let open: LocalStack;
let closed: LocalStack;

beforeAll(async () => {
  open = await startFixture({ withCors: true });
  closed = await startFixture();
});

/** Adds a route to the function behind another one. */
function routeLike(existing: string, added: string): Fixture {
  return {
    change(stack) {
      const all = stack.node.findAll();
      const api = all.find((node) => node.node.id === 'Api')?.node.defaultChild as CfnApi;
      const like = all.find(
        (node): node is CfnRoute => node instanceof CfnRoute && node.routeKey === existing,
      ) as CfnRoute;
      new CfnRoute(stack, 'Added', { apiId: api.ref, routeKey: added, target: like.target as string });
    },
  };
}

function preflight({ baseUrl }: LocalStack, path: string, origin = 'https://app.example'): Promise<Response> {
  return fetch(baseUrl + path, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
}

const ALLOWED = {
  'access-control-allow-origin': 'https://app.example',
  'access-control-allow-methods': 'GET,POST',
  'access-control-allow-headers': 'authorization',
  'access-control-max-age': '300',
};

describe('A preflight that no route matches', () => {
  it('is answered by the gateway itself, for the origins that are configured', async () => {
    const allowed = await preflight(open, '/items/one');
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject(ALLOWED);
    const refused = await preflight(open, '/items/one', 'https://evil.example');
    expect(refused.headers.has('access-control-allow-origin')).toBe(false);
    expect(open.logs()).toEqual([]);
  });

  it('is a 404 like everything else, where the API is not configured for web pages', async () => {
    const answer = await preflight(closed, '/items/one');
    expect(answer.status).toBe(404);
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('A preflight that a route matches', () => {
  it.each<[string, Fixture]>([
    ['$default', { withDefaultRoute: true }],
    ['OPTIONS /{proxy+}', routeLike('GET /items/{id}', 'OPTIONS /{proxy+}')],
    ['OPTIONS /{proxy+}', { withDefaultRoute: true, ...routeLike('GET /items/{id}', 'OPTIONS /{proxy+}') }],
  ])('is answered by the function behind %s, and the gateway adds its headers', async (routeKey, fixture) => {
    const answer = await preflight(await startFixture({ withCors: true, ...fixture }), '/items/one');
    expect(answer.status).toBe(200);
    expect((await answer.json()) as object).toMatchObject({ event: { routeKey } });
    expect(Object.fromEntries(answer.headers)).toMatchObject(ALLOWED);
  });

  it('is answered by a route for any method', async () => {
    const answer = await preflight(open, '/behave?do=object');
    expect([answer.status, await answer.text()]).toEqual([200, '{"answer":42}']);
  });
});

describe('An answer to a call from a web page', () => {
  it.each([
    ['of the function', '/behave?do=object', 200],
    ['of the gateway', '/nowhere', 404],
  ])('%s says who may read it', async (_whose, path, status) => {
    const answer = await fetch(open.baseUrl + path, { headers: { origin: 'https://app.example' } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(answer.headers.has('access-control-allow-methods')).toBe(false);
  });

  it.each([
    ['with an origin', { origin: 'https://app.example' }, 'https://app.example'],
    ['with a foreign origin', { origin: 'https://evil.example' }, null],
    ['without an origin', {}, null],
  ])('has none of the headers for it that the function set, %s', async (_what, headers, expected) => {
    const answer = await fetch(`${open.baseUrl}/behave?do=share`, { headers });
    expect(answer.headers.get('access-control-allow-origin')).toBe(expected);
    expect(answer.headers.get('x-own')).toBe('kept');
  });

  it('has the headers that the function set, where the API is not configured for web pages', async () => {
    const answer = await fetch(`${closed.baseUrl}/behave?do=share`);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });
});
