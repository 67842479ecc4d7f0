// Checks the claims of a session JWT, and reads the caller from them.
import { validateJwtFields } from 'aws-jwt-verify/jwt';
import { isOpaqueId } from '../dynamodb/item.ts';
import type { ClaimName, ClaimSource, IssuerSettings } from '../env.ts';
import { reasonOf } from './jwt-errors.ts';
import type { RefusalReason } from './refusal-reasons.ts';
import type { Claims } from './unverified-jwt.ts';
import { isUserId } from './user-id.ts';
import type { Principal } from './verdict.ts';

type ClaimCheck = (payload: Claims, settings: IssuerSettings) => RefusalReason | undefined;

/** One check for each claim, in the order in which they run. */
export const claimChecks = {
  exp: ({ exp }, settings) => (exp === undefined ? 'no_expiry' : timeProblem({ exp }, settings)),
  nbf: ({ nbf }, settings) => timeProblem({ nbf }, settings),
  iat: ({ iat }, { clockToleranceSeconds }) =>
    typeof iat === 'number' && iat - clockToleranceSeconds > Date.now() / 1000
      ? 'issued_in_the_future'
      : undefined,
  audience: (payload, { audience, audienceClaim }) =>
    audience === null || textsIn(claimAt(payload, audienceClaim)).some((one) => audience.includes(one))
      ? undefined
      : 'wrong_audience',
  user: (payload, { claims }) => (isUserId(claimAt(payload, claims.user)) ? undefined : 'bad_subject'),
  org: (payload, { claims }) => idProblem(sourceValue(payload, claims.org), 'no_org', 'bad_org'),
  workspace: (payload, { claims }) =>
    idProblem(sourceValue(payload, claims.workspace), 'no_workspace', 'bad_workspace'),
} as const satisfies Record<string, ClaimCheck>;

/** @returns the reason of the first check that fails. */
export function claimProblem(payload: Claims, settings: IssuerSettings): RefusalReason | undefined {
  for (const check of Object.values<ClaimCheck>(claimChecks)) {
    const reason = check(payload, settings);
    if (reason !== undefined) {
      return reason;
    }
  }
  return undefined;
}

/** @param payload claims in which {@link claimProblem} found nothing */
export function principalOf(payload: Claims, settings: IssuerSettings): Principal {
  const { user, org, workspace } = settings.claims;
  return {
    orgId: String(sourceValue(payload, org)),
    workspaceId: String(sourceValue(payload, workspace)),
    userId: String(claimAt(payload, user)),
    scopes: scopesOf(payload, settings),
    credential: 'session_jwt',
  };
}

/** @param name a string names the claim literally, dots included; a list is a path through nested objects */
export function claimAt(payload: Claims, name: ClaimName): unknown {
  let value: unknown = payload;
  for (const step of typeof name === 'string' ? [name] : name) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as Claims)[step];
  }
  return value;
}

export function sourceValue(payload: Claims, source: ClaimSource): unknown {
  return typeof source === 'object' && 'value' in source ? source.value : claimAt(payload, source);
}

/** The verdict joins scopes by spaces, so a scope must not contain one. */
const SCOPE = /^[\x21-\x7e]+$/;

/** Scopes are one space-separated string in OAuth, and a list at some issuers. A role is never split: its name may contain spaces. */
export function scopesOf(payload: Claims, { claims, scopePrefix, roles }: IssuerSettings): string[] {
  const claimed = claims.scopes === null ? undefined : claimAt(payload, claims.scopes);
  const scopes = (typeof claimed === 'string' ? claimed.split(' ') : textsIn(claimed))
    .filter((scope) => scope.startsWith(scopePrefix))
    .map((scope) => scope.slice(scopePrefix.length));
  const granted = roles === undefined ? [] : textsIn(claimAt(payload, roles.claim)).flatMap(grantsOf(roles));
  return [...new Set([...scopes, ...granted])].filter((scope) => SCOPE.test(scope));
}

function grantsOf({ grants }: NonNullable<IssuerSettings['roles']>) {
  return (role: string): readonly string[] => (Object.hasOwn(grants, role) ? (grants[role] ?? []) : []);
}

function textsIn(claim: unknown): string[] {
  const all = Array.isArray(claim) ? claim : [claim];
  return all.filter((one): one is string => typeof one === 'string');
}

/** The library's own rule for one claim. A token that the library verified has passed it already. */
function timeProblem(
  times: { exp?: unknown; nbf?: unknown },
  { clockToleranceSeconds }: IssuerSettings,
): RefusalReason | undefined {
  try {
    validateJwtFields(times as Record<string, number>, {
      issuer: null,
      audience: null,
      graceSeconds: clockToleranceSeconds,
    });
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function idProblem(value: unknown, none: RefusalReason, bad: RefusalReason): RefusalReason | undefined {
  if (isOpaqueId(value)) {
    return undefined;
  }
  return value === undefined || value === null || value === '' ? none : bad;
}
