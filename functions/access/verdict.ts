// The authorizer's verdict on a caller, passed to the endpoint as authorizer context.
import { REQUESTS_PER_MINUTE_MAX } from '../env.ts';
import type { KeyLimit } from '../limits/rate-limit.ts';

export interface Principal {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly credential: 'api_key' | 'session_jwt';
  /** Present for an API key with a limit of its own. */
  readonly keyLimit?: KeyLimit;
}

export type Verdict =
  | { readonly authn: 'ok'; readonly principal: Principal }
  | { readonly authn: 'missing' | 'invalid' | 'expired' | 'unavailable' };

export type VerdictContext = Readonly<Record<string, string>>;

/** API Gateway keeps JSON types in the context. All values are strings, so that none is mistaken for a boolean. */
export function toContext(verdict: Verdict): VerdictContext {
  if (verdict.authn !== 'ok') {
    return { authn: verdict.authn };
  }
  const { orgId, workspaceId, userId, scopes, credential, keyLimit } = verdict.principal;
  return {
    authn: 'ok',
    orgId,
    workspaceId,
    userId,
    scopes: scopes.join(' '),
    credential,
    ...(keyLimit && { keyId: keyLimit.keyId, requestsPerMinute: String(keyLimit.requestsPerMinute) }),
  };
}

/** Fails closed: any context that is not a complete verdict counts as missing credentials. */
export function fromContext(context: unknown): Verdict {
  if (typeof context !== 'object' || context === null) {
    return { authn: 'missing' };
  }
  const { authn, orgId, workspaceId, userId, scopes, credential, ...limit } = context as Record<
    string,
    unknown
  >;
  const keyLimit = keyLimitIn(limit);
  if (authn === 'invalid' || authn === 'expired' || authn === 'unavailable') {
    return { authn };
  }
  if (
    authn === 'ok' &&
    isFilled(orgId) &&
    isFilled(workspaceId) &&
    isFilled(userId) &&
    typeof scopes === 'string' &&
    (credential === 'api_key' || credential === 'session_jwt') &&
    keyLimit !== 'malformed'
  ) {
    return {
      authn: 'ok',
      principal: {
        orgId,
        workspaceId,
        userId,
        scopes: scopes.split(' ').filter(Boolean),
        credential,
        ...(keyLimit && { keyLimit }),
      },
    };
  }
  return { authn: 'missing' };
}

/** `*` is every scope. */
export function hasScope({ scopes }: Principal, scope: string): boolean {
  return scopes.includes(scope) || scopes.includes('*');
}

function keyLimitIn({
  keyId,
  requestsPerMinute,
}: Record<string, unknown>): KeyLimit | undefined | 'malformed' {
  if (requestsPerMinute === undefined) {
    return undefined;
  }
  return isFilled(keyId) &&
    isFilled(requestsPerMinute) &&
    /^[1-9][0-9]{0,8}$/.test(requestsPerMinute) &&
    Number(requestsPerMinute) <= REQUESTS_PER_MINUTE_MAX
    ? { keyId, requestsPerMinute: Number(requestsPerMinute) }
    : 'malformed';
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
