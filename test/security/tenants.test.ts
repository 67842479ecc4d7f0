// Nobody reaches another tenant's sessions: every operation, by every other tenant, and with every kind of credential.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Answer,
  call,
  newApiKey,
  newPersona,
  newTenant,
  sessionJwt,
  start,
  type Tenant,
  unique,
} from '../api/harness.ts';

interface Stranger {
  readonly who: string;
  readonly tenant: Tenant;
  /** Credentials of both kinds. */
  readonly tokens: readonly string[];
}

let owner: Tenant;
let strangers: Stranger[];
let session: { sessionId: string };
const NOBODYS = 'chs_01ARZ3NDEKTSV4RRFFQ69G5FAV';

beforeAll(async () => {
  owner = { ...(await newTenant()), personaId: `psn_${unique()}` };
  await newPersona(owner);
  const anotherOrg = await newTenant();
  const twin = await newTenant({ workspaceId: owner.workspaceId, userId: owner.userId });
  await newPersona({ ...twin, personaId: owner.personaId, workspaceId: undefined });
  strangers = await Promise.all([
    stranger('another org', anotherOrg),
    stranger('another org whose workspace, user and persona have the same ids', twin),
    stranger('another workspace of the same org', { ...owner, workspaceId: `ws_${unique()}` }),
    stranger('a workspace whose id begins like the other', {
      ...owner,
      workspaceId: owner.workspaceId.slice(0, -1),
    }),
    stranger('a workspace whose id goes on like the other', {
      ...owner,
      workspaceId: `${owner.workspaceId}x`,
    }),
    stranger('an org whose id is the workspace of the other', {
      ...owner,
      orgId: owner.workspaceId,
      workspaceId: owner.orgId,
    }),
  ]);
});

beforeEach(async () => {
  session = (await start(owner, { title: 'Of the owner' })).body.session;
});

async function stranger(who: string, tenant: Tenant): Promise<Stranger> {
  const apiKey = await newApiKey(tenant, { scopes: ['*'] });
  return { who, tenant, tokens: [apiKey, await sessionJwt(tenant, { claims: { scope: '*' } })] };
}

async function each(act: (token: string, stranger: Stranger) => Promise<void>): Promise<void> {
  for (const stranger of strangers) {
    for (const token of stranger.tokens) {
      await act(token, stranger);
    }
  }
}

/** What was asked for must look as if it had never been. */
async function expectAsIfNothingWereThere(answer: Answer, nothing: Answer, who: string): Promise<void> {
  expect(answer.status, who).toBe(404);
  expect(answer.text, who).toBe(nothing.text);
}

describe('A session of another tenant', () => {
  it.each([
    ['read', 'GET', ''],
    ['ended', 'POST', '/end'],
    ['deleted', 'DELETE', ''],
  ])('can not be %s, and looks as if it were not there', async (_, method, suffix) => {
    await each(async (token, { who }) => {
      const path = (id: string) => `/v1/chat/sessions/${id}${suffix}`;
      const nothing = await call(method, path(`${NOBODYS}.${owner.personaId}`), { token });
      await expectAsIfNothingWereThere(await call(method, path(session.sessionId), { token }), nothing, who);
    });

    const { body } = await call('GET', `/v1/chat/sessions/${session.sessionId}`, { token: owner.apiKey });
    expect(body).toEqual(session);
  });

  it('is in no list but that of its own workspace', async () => {
    const path = `/v1/personas/${owner.personaId}/chat/sessions?limit=100`;
    await each(async (token, { who }) => {
      const { status, text } = await call('GET', path, { token });
      expect([200, 404], who).toContain(status);
      expect(text, who).not.toContain('chs_');
    });

    expect((await call('GET', path, { token: owner.apiKey })).text).toContain(session.sessionId);
  });

  it('is not reached by a cursor of its own list', async () => {
    await start(owner);
    const list = `/v1/personas/${owner.personaId}/chat/sessions`;
    const { body } = await call('GET', `${list}?limit=1`, { token: owner.apiKey });
    expect(body.nextCursor).not.toBe('');

    await each(async (token, { who }) => {
      const { status, text } = await call('GET', `${list}?limit=1&cursor=${body.nextCursor}`, { token });
      expect([404, 422], who).toContain(status);
      expect(text, who).not.toContain('chs_');
    });
  });
});

describe('A persona of another tenant', () => {
  it("of a workspace starts nothing for others, and looks as if it weren't there", async () => {
    await each(async (token, { who, tenant }) => {
      if (who.includes('same ids')) {
        return;
      }
      const nothing = await start({ ...tenant, personaId: 'psn_nobodys' }, { token });
      const answer = await start({ ...tenant, personaId: owner.personaId }, { token });
      await expectAsIfNothingWereThere(answer, nothing, who);
    });
  });

  it('with the same id in another org starts a session of that other org', async () => {
    const twin = strangers.find(({ who }) => who.includes('same ids')) as Stranger;
    const { body } = await start(
      { ...twin.tenant, personaId: owner.personaId },
      { token: twin.tokens[0] as string },
    );

    expect(body.session.orgId).toBe(twin.tenant.orgId);
    const read = await call('GET', `/v1/chat/sessions/${body.session.sessionId}`, { token: owner.apiKey });
    expect(read.status).toBe(404);
  });
});
