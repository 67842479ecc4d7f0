// Keys, tokens, titles and idempotency keys are in no log and in no answer but the one that they are meant for.
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { hashApiKey } from '../../functions/access/api-key.ts';
import { loadSigningKey, sessionJwtSigner } from '../../local/session-tokens.ts';
import {
  call,
  deleteSession,
  endSession,
  getSession,
  listSessions,
  type Reply,
  sessionIn,
  start,
} from '../faults/caller.ts';
import { QUICK_FAULTS } from '../faults/fault.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from '../faults/faulty-stack.ts';
import { uuidV4, uuidV7 } from '../faults/idempotency-keys.ts';

const TITLE = 'Confidential-Title-4711';
const MARK = 'Unmistakable-4712';

let stack: FaultyStack;
let tenant: Tenant;
const replies: Reply[] = [];
const secrets = new Map<string, string>();

beforeAll(async () => {
  const synthesised = inject('synthesised');
  stack = await startFaultyStack({ synthesised, seed: 1 });
  tenant = await stack.newTenant();
  const signingKey = await loadSigningKey(synthesised.signingKeyFile);
  const jwt = await sessionJwtSigner(signingKey)({
    sub: tenant.userId,
    org_id: tenant.orgId,
    workspace_id: tenant.workspaceId,
    scope: '*',
  });
  secrets.set('the API key', tenant.apiKey);
  secrets.set('the random part of the API key', tenant.apiKey.slice('sk_test_'.length));
  secrets.set('the hash of the API key', hashApiKey(tenant.apiKey));
  secrets.set('the session JWT', jwt);
  secrets.set('the signature of the session JWT', jwt.slice(jwt.lastIndexOf('.') + 1));
  secrets.set('the private signing key', String(signingKey.privateJwk.d));
  secrets.set('a mistyped API key', `${tenant.apiKey.slice(0, -1)}_`);
  secrets.set('an unknown credential', `pk_${MARK}`);
  secrets.set('a UUIDv7', uuidV7());
  secrets.set('a UUIDv4', uuidV4());
  secrets.set('a bad idempotency key', `${MARK} with a space`);
  secrets.set('a title', TITLE);
  secrets.set('a refused title', `${MARK}-${'t'.repeat(300)}`);
  secrets.set('the value of an unknown field', `${MARK}-field`);
  secrets.set('a body that is no JSON', `{"title":"${MARK}-broken`);

  await useEverything();
  stack.database.follow([{ probability: 0.3, fault: QUICK_FAULTS }]);
  await useEverything();
  stack.database.follow([{ fault: { kind: 'cut' } }]);
  await useEverything();
  await stack.close();
});

afterAll(() => stack.remove());

const secret = (name: string) => secrets.get(name) as string;

async function useEverything(): Promise<void> {
  const url = stack.gatewayUrl;
  const withJwt = { ...tenant, apiKey: secret('the session JWT') };
  for (const caller of [tenant, withJwt]) {
    for (const key of [undefined, secret('a UUIDv7'), secret('a UUIDv4'), secret('a bad idempotency key')]) {
      replies.push(await start(url, caller, key, TITLE));
      replies.push(await start(url, caller, key, 'Another title'));
    }
    const started = await start(url, caller, undefined, TITLE);
    const id = started.status === 201 ? sessionIn(started).sessionId : 'chs_x';
    replies.push(started, await getSession(url, caller, id), await listSessions(url, caller));
    replies.push(await endSession(url, caller, id), await deleteSession(url, caller, id));
    replies.push(await start(url, caller, undefined, secret('a refused title')));
    replies.push(
      await sendBody({ personaId: tenant.personaId, extra: secret('the value of an unknown field') }),
    );
    replies.push(await sendBody(secret('a body that is no JSON')));
  }
  for (const apiKey of [
    secret('a mistyped API key'),
    secret('an unknown credential'),
    `${withJwt.apiKey}x`,
  ]) {
    replies.push(
      await getSession(url, { apiKey }, 'chs_x'),
      await getSession(url, { apiKey: `${apiKey}, x` }, 'chs_x'),
    );
  }
  replies.push(await call(url, tenant, 'GET', `/v1/nowhere?key=${tenant.apiKey}`));
}

function sendBody(body: unknown): Promise<Reply> {
  const { personaId } = tenant;
  return call(stack.gatewayUrl, tenant, 'POST', `/v1/personas/${personaId}/chat/sessions`, {
    ...(typeof body === 'string'
      ? { headers: { 'content-type': 'application/json' }, raw: body }
      : { json: body }),
  });
}

it('The load came to every kind of end', () => {
  const statuses = new Set(replies.map(({ status }) => status));
  expect([...statuses].sort()).toEqual([200, 201, 204, 401, 404, 409, 422, 503]);
  expect(stack.readLogs().split('\n').length).toBeGreaterThan(replies.length);
});

it('The logs say who, what and how it ended, of every call', () => {
  const logs = stack.readLogs();
  for (const word of [tenant.orgId, 'startChatSession', 'replayed', 'service_unavailable', 'durationMs']) {
    expect(logs).toContain(word);
  }
});

it('No log holds any of them', () => {
  const logs = stack.readLogs();
  expect(secrets.size).toBe(15);
  expect([...secrets].filter(([, text]) => logs.includes(text)).map(([name]) => name)).toEqual([]);
});

it('No log holds anything of what was made up for this', () => {
  expect(stack.readLogs()).not.toContain(MARK);
});

it.each(['the API key', 'the random part of the API key', 'the hash of the API key', 'the session JWT'])(
  'No answer holds %s',
  (name) => {
    const holding = replies.filter(({ text, headers }) =>
      (text + JSON.stringify([...headers])).includes(secret(name)),
    );
    expect(holding.map(({ status }) => status)).toEqual([]);
  },
);

it('Nothing that the database or the code says of itself is in an answer', () => {
  const answers = replies.map(({ text }) => text).join('\n');
  expect(answers).not.toMatch(
    /DynamoDB|Exception|ECONN|node_modules|\.ts:|\bat .*\(|APIKEY#|ORG#|pk\b.*sk\b/,
  );
});
