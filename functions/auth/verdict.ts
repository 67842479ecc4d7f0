// What the authorizer found out about a caller, as flat strings on its way to the endpoint.

export interface Principal {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly credential: 'api_key' | 'session_jwt';
}

export type Verdict =
  | { readonly authn: 'ok'; readonly principal: Principal }
  | { readonly authn: 'missing' | 'invalid' | 'expired' | 'unavailable' };

export type VerdictContext = Readonly<Record<string, string>>;

/** The gateway keeps JSON types, so everything is a string that can't be taken for true or false. */
export function toContext(verdict: Verdict): VerdictContext {
  if (verdict.authn !== 'ok') {
    return { authn: verdict.authn };
  }
  const { orgId, workspaceId, userId, scopes, credential } = verdict.principal;
  return { authn: 'ok', orgId, workspaceId, userId, scopes: scopes.join(' '), credential };
}

/** Fails closed: whatever is not exactly a verdict of ours is a missing one. */
export function fromContext(context: unknown): Verdict {
  if (typeof context !== 'object' || context === null) {
    return { authn: 'missing' };
  }
  const { authn, orgId, workspaceId, userId, scopes, credential } = context as Record<string, unknown>;
  if (authn === 'invalid' || authn === 'expired' || authn === 'unavailable') {
    return { authn };
  }
  if (
    authn === 'ok' &&
    isFilled(orgId) &&
    isFilled(workspaceId) &&
    isFilled(userId) &&
    typeof scopes === 'string' &&
    (credential === 'api_key' || credential === 'session_jwt')
  ) {
    return {
      authn: 'ok',
      principal: { orgId, workspaceId, userId, scopes: scopes.split(' ').filter(Boolean), credential },
    };
  }
  return { authn: 'missing' };
}

/** `*` is every scope. */
export function hasScope({ scopes }: Principal, scope: string): boolean {
  return scopes.includes(scope) || scopes.includes('*');
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
