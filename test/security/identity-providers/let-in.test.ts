// Every provider of docs/identity-providers.md: a token of its shape, the configuration of the page, one call over HTTP.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { issueApiKey } from '../../../admin/issue-api-key.ts';
import { documentedConfigs, issuersOf } from './documented-config.ts';
import { type ProviderStack, startProviderStack } from './provider-stack.ts';
import { mergedIssuers, type Provider, providerOf } from './signed.ts';
import { TOKEN_SHAPES } from './token-shapes.ts';

/** Two configurations of one user pool can't be deployed together. */
const ID_TOKENS = 'Cognito: ID tokens';

const stacks: ProviderStack[] = [];
const byShape = new Map<(typeof TOKEN_SHAPES)[number], { provider: Provider; stack: ProviderStack }>();

beforeAll(async () => {
  const providers = await Promise.all(TOKEN_SHAPES.map(providerOf));
  const isOfIdTokens = ({ shape }: Provider) => shape.section === ID_TOKENS;
  for (const together of [
    providers.filter((provider) => !isOfIdTokens(provider)),
    providers.filter(isOfIdTokens),
  ]) {
    const stack = await startProviderStack(inject('synthesised'), mergedIssuers(together));
    stacks.push(stack);
    for (const provider of together) {
      byShape.set(provider.shape, { provider, stack });
    }
  }
});

afterAll(() => Promise.all(stacks.map((stack) => stack.close())));

describe.each(TOKEN_SHAPES.map((shape) => [`${shape.section}: ${shape.what}`, shape] as const))(
  '%s',
  (_what, shape) => {
    it('passes the authorizer as its user, with its scopes', async () => {
      const { provider, stack } = byShape.get(shape) as { provider: Provider; stack: ProviderStack };
      expect(await stack.authorize(await provider.sign())).toEqual({
        authn: 'ok',
        ...shape.caller,
        scopes: shape.scopes.join(' '),
        credential: 'session_jwt',
      });
    });

    it('starts a session in its org and workspace, as its user', async () => {
      const { provider, stack } = byShape.get(shape) as { provider: Provider; stack: ProviderStack };
      const token = await provider.sign();
      const { status, text } = await stack.start(token, await stack.newPersona(shape.caller.orgId));
      expect({ status, text }).toMatchObject({ status: 201 });
      expect(JSON.parse(text).session).toMatchObject(shape.caller);
      expect(stack.hasWritten(token.split('.')[2] ?? '')).toBe(false);
      expect(stack.hasWritten(shape.caller.userId)).toBe(false);
    });
  },
);

it('an API key may be of the same users', async () => {
  const [stack] = stacks as [ProviderStack];
  const owner = { orgId: 'org_acme', workspaceId: 'ws_main', userId: 'auth0|=1+1, "Ada"' };
  const { secretKey } = await issueApiKey(stack.table, { ...owner, scopes: ['*'], environment: 'test' });
  const { status, text } = await stack.start(secretKey, await stack.newPersona(owner.orgId));
  expect({ status, session: JSON.parse(text).session }).toMatchObject({ status: 201, session: owner });
  expect(stack.hasWritten('1+1')).toBe(false);
});

describe('the page', () => {
  it('has a configuration for every provider that is tried here, and no other but the one of several issuers', () => {
    const sections = new Set(TOKEN_SHAPES.map(({ section }) => section));
    expect([...documentedConfigs().keys()].sort()).toEqual([...sections, 'People and machines'].sort());
  });

  it.each([...documentedConfigs()])('would be deployed as it stands: %s', (_section, config) => {
    expect(issuersOf(config)).toHaveLength(Array.isArray(config) ? config.length : 1);
  });
});
