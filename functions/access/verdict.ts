// What the authorizer found out about a caller, as flat strings on its way to the endpoint.
import { REQUESTS_PER_MINUTE_MAX } from '../env.ts';
import type { KeyLimit } from '../limits/rate-limit.ts';

export interface Principal {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly credential: 'api_key' | 'session_jwt';
  /** Of a key that may make fewer requests than its org. */
  readonly keyLimit?: KeyLimit;
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

/** Fails closed: whatever is not exactly a verdict of ours is a missing one. */
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
