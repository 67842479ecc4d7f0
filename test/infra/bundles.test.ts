// The bundles themselves: each is loaded and invoked as it would be deployed, and made the same each time.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importPKCS8, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { API_KEY_RANDOM_BYTES, formatApiKey } from '../../functions/access/api-key.ts';
import { authorizer, routes, streamConsumers, unknownRoute } from '../../functions/routes.ts';
import { bundleFunctions } from '../../infra/bundle-functions.ts';
import { call, KNOWN_CALLER } from '../unit/call.ts';
import { invokeDeployed } from './deployed-function.ts';
import {
  AUTHORIZER,
  configured,
  deployedFolder,
  dev,
  functionOf,
  PREFLIGHT,
  privateKeyPem,
  UNKNOWN_ROUTE,
} from './template.ts';

const BODIES: Partial<Record<string, object>> = {
  startChatSession: { personaId: 'psn_1' },
  updateChatSession: { title: 'Another title' },
  recordChatTurn: { turn: 1, messages: 2, inputTokens: 3, outputTokens: 4, costUsdMicros: 5 },
};

/** A call that is good in every way, but for who makes it. */
function callTo(method: string, path: string, body: object | undefined, verdict: Record<string, string>) {
  const id = path.includes('/personas/') ? 'psn_1' : 'chs_01ARZ3NDEKTSV4RRFFQ69G5FAV_psn_1';
  return call({
    method,
    path: path.replace('{id}', id),
    pathParameters: { id },
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    verdict,
  });
}

function authorizerCall(authorization?: string) {
  return {
    headers: authorization === undefined ? {} : { authorization },
    requestContext: { requestId: 'request-1' },
  };
}

async function sessionJwt(issuer = 'https://issuer.example/'): Promise<string> {
  return new SignJWT({ org: 'org_1', workspace_id: 'ws_1', scope: 'read:chat' })
    .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
    .setIssuer(issuer)
    .setAudience('moonborn')
    .setSubject('usr_1')
    .setExpirationTime('5 minutes')
    .sign(await importPKCS8(privateKeyPem, 'ES256'));
}

describe.each(Object.entries(routes))('the bundle of %s', (operation, { method, path }) => {
  it('answers 401 without a database and 503 while the database is out, in the envelope', async () => {
    const calls = [{ authn: 'missing' }, KNOWN_CALLER].map((verdict) =>
      callTo(method, path, BODIES[operation], verdict),
    );
    const [unknown, known] = await invokeDeployed(operation, calls, dev, { SESSIONS_BY_USER: 'true' });
    expect(unknown).toMatchObject({ statusCode: 401, headers: { 'x-request-id': 'request-1' } });
    expect(JSON.parse(unknown.body).error.code).toBe('unauthorized');
    expect(known).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': expect.stringMatching(/^[1-9]/) },
    });
    expect(JSON.parse(known.body).error.code).toBe('service_unavailable');
  });
});

it('the bundle of the function for unknown paths answers 404 in the envelope', async () => {
  const [answer] = await invokeDeployed(UNKNOWN_ROUTE, [
    callTo('PUT', '/nowhere', undefined, { authn: 'missing' }),
  ]);
  expect(answer.statusCode).toBe(404);
  expect(JSON.parse(answer.body).error.code).toBe('not_found');
});

it('the bundle of the function for preflights answers 204 without a body, whoever asks', async () => {
  const [answer] = await invokeDeployed(
    PREFLIGHT,
    [callTo('OPTIONS', '/v1/chat/sessions/{id}', undefined, { authn: 'missing' })],
    configured,
  );
  expect(answer).toMatchObject({ statusCode: 204, headers: { 'x-request-id': 'request-1' } });
  expect(answer).not.toHaveProperty('body');
  expect(answer.headers).not.toHaveProperty('content-type');
});

describe('the bundle of the authorizer', () => {
  it('lets every call through with its verdict, and says "unavailable" while the database is out', async () => {
    const key = formatApiKey('live', new Uint8Array(API_KEY_RANDOM_BYTES));
    const answers = await invokeDeployed(AUTHORIZER, [
      authorizerCall(),
      authorizerCall(`Bearer ${key}!`),
      authorizerCall(`Bearer ${key}`),
      authorizerCall(`Bearer ${await sessionJwt()}`),
    ]);
    expect(answers.map(({ isAuthorized }) => isAuthorized)).toEqual([true, true, true, true]);
    expect(answers.map(({ context }) => context.authn)).toEqual([
      'missing',
      'invalid',
      'unavailable',
      'invalid',
    ]);
  });

  it('takes session JWTs of the configured issuer, whose slash at the end counts, with the pinned key', async () => {
    const [good, foreign] = await invokeDeployed(
      AUTHORIZER,
      [
        authorizerCall(`Bearer ${await sessionJwt()}`),
        authorizerCall(`Bearer ${await sessionJwt('https://issuer.example')}`),
      ],
      configured,
    );
    expect(good.context).toEqual({
      authn: 'ok',
      orgId: 'org_1',
      workspaceId: 'ws_1',
      userId: 'usr_1',
      scopes: 'read:chat',
      credential: 'session_jwt',
    });
    expect(foreign.context).toEqual({ authn: 'invalid' });
  });
});

describe('the bundles that follow the stream', () => {
  it('load, and take a batch in which there is nothing for them, without a database and without a bus', async () => {
    const batch = { Records: [], shardId: 'shardId-1' };
    const answers = await Promise.all(
      Object.keys(streamConsumers).map((name) => invokeDeployed(name, [batch], configured)),
    );
    expect(answers).toEqual([[{ state: {}, batchItemFailures: [] }], [{ batchItemFailures: [] }]]);
  });
});

describe('bundling', () => {
  const functions = [
    ...Object.entries(routes).map(([operation, { entry }]) => [operation, entry] as const),
    [AUTHORIZER, authorizer.entry] as const,
    [UNKNOWN_ROUTE, unknownRoute.entry] as const,
  ];

  function digests(folder = ''): Record<string, string> {
    return Object.fromEntries(
      readdirSync(folder).map((file) => [
        file,
        createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex'),
      ]),
    );
  }

  it('again gives the same bytes as are deployed', async () => {
    const folders = await bundleFunctions(
      functions.map(([, entry]) => entry),
      'lean',
    );
    for (const [name, entry] of functions) {
      expect(digests(folders.get(entry))).toEqual(digests(deployedFolder(functionOf(name))));
    }
  });

  it('leaves nothing to be deployed of what an earlier version made', async () => {
    const deployed = deployedFolder(functionOf(UNKNOWN_ROUTE));
    const [folder = ''] = (await bundleFunctions([unknownRoute.entry], 'lean')).values();
    writeFileSync(join(folder, 'index.js'), 'stale');
    await bundleFunctions([unknownRoute.entry], 'lean');
    expect(digests(folder)).toEqual(digests(deployed));
  });
});
