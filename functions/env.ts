// Every environment variable of the functions, typed, by role. Infrastructure writes it, the functions read it.
import type { Jwks } from 'aws-jwt-verify/jwk';
import type { RateLimits } from './limits/plan.ts';
import type { ExpiryDays } from './sessions/expiry.ts';

/** What every function is told. */
export interface FunctionEnv {
  /** Where its metrics go, which `http/metrics.ts` reads; of its own for each stage. */
  readonly METRICS_NAMESPACE: string;
}

/** What every function that reaches the table is told. */
interface TableEnv extends FunctionEnv {
  readonly TABLE_NAME: string;
}

/**
 * No session may expire while its idempotency key is accepted: two days after the start, when the key was a day ahead.
 * The third day is for clocks that differ and requests that are under way.
 */
export const EXPIRY_MIN_DAYS = 3;

/** The ceiling of requests a minute, of a plan and of a key. */
export const REQUESTS_PER_MINUTE_MAX = 10_000_000;

export interface EndpointEnv extends TableEnv {
  /** How long an archived persona may go on taking starts; 0 asks the table on every start. */
  readonly PERSONA_REMEMBER_SECONDS: string;
  /** Days after which a session that was never used is removed; empty to keep it. */
  readonly EXPIRE_UNUSED_DAYS: string;
  /** Days without a turn after which a session is removed; empty to keep it. */
  readonly EXPIRE_IDLE_DAYS: string;
  /** Days after its end on which a session is removed; empty to keep it. */
  readonly EXPIRE_ENDED_DAYS: string;
  /** `true` where the table has the index of sessions by user; empty otherwise. */
  readonly SESSIONS_BY_USER: string;
  /** {@link RateLimits} as JSON; empty when requests are not limited. */
  readonly RATE_LIMITS: string;
}

/** What the function that counts usage is told. */
export type UsageEnv = TableEnv;

/** What the function that publishes the events of sessions is told. */
export interface EventsEnv extends FunctionEnv {
  readonly EVENT_BUS_NAME: string;
}

export interface AuthorizerEnv extends TableEnv {
  readonly API_KEY_REMEMBER_SECONDS: string;
  /** Empty when session JWTs are not accepted; so are the others then. */
  readonly JWT_ISSUER: string;
  readonly JWT_AUDIENCE: string;
  /** Where the issuer publishes its keys; empty for the pinned keys only. */
  readonly JWT_JWKS_URI: string;
  /** A JWKS as JSON, or empty. */
  readonly JWT_PINNED_JWKS: string;
  readonly JWT_ORG_CLAIM: string;
  readonly JWT_WORKSPACE_CLAIM: string;
  readonly JWT_SCOPES_CLAIM: string;
}

export interface SessionJwtSettings {
  readonly issuer: string;
  readonly audience: string;
  /** `null` trusts the pinned keys only and never asks the issuer. */
  readonly jwksUri: string | null;
  readonly pinnedJwks: Jwks | undefined;
  readonly claims: { readonly org: string; readonly workspace: string; readonly scopes: string };
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface EndpointSettings {
  readonly tableName: string;
  readonly personaRememberMs: number;
  readonly expiryDays: ExpiryDays;
  readonly sessionsByUser: boolean;
  /** `undefined` when requests are not limited. */
  readonly rateLimits: RateLimits | undefined;
}

export function readEndpointEnv(env: Environment): EndpointSettings {
  return {
    tableName: required(env, 'TABLE_NAME'),
    personaRememberMs: Number(env.PERSONA_REMEMBER_SECONDS ?? 0) * 1000,
    expiryDays: {
      ...(env.EXPIRE_UNUSED_DAYS ? { unused: Number(env.EXPIRE_UNUSED_DAYS) } : {}),
      ...(env.EXPIRE_IDLE_DAYS ? { idle: Number(env.EXPIRE_IDLE_DAYS) } : {}),
      ...(env.EXPIRE_ENDED_DAYS ? { ended: Number(env.EXPIRE_ENDED_DAYS) } : {}),
    },
    sessionsByUser: env.SESSIONS_BY_USER === 'true',
    rateLimits: env.RATE_LIMITS ? JSON.parse(env.RATE_LIMITS) : undefined,
  };
}

export interface AuthorizerSettings {
  readonly tableName: string;
  readonly apiKeyRememberMs: number;
  /** `undefined` when session JWTs are not accepted. */
  readonly sessionJwt: SessionJwtSettings | undefined;
}

export function readAuthorizerEnv(env: Environment): AuthorizerSettings {
  return {
    tableName: required(env, 'TABLE_NAME'),
    apiKeyRememberMs: Number(required(env, 'API_KEY_REMEMBER_SECONDS')) * 1000,
    sessionJwt: env.JWT_ISSUER ? readSessionJwtSettings(env) : undefined,
  };
}

export function readUsageEnv(env: Environment): { readonly tableName: string } {
  return { tableName: required(env, 'TABLE_NAME') };
}

export function readEventsEnv(env: Environment): { readonly eventBusName: string } {
  return { eventBusName: required(env, 'EVENT_BUS_NAME') };
}

function readSessionJwtSettings(env: Environment): SessionJwtSettings {
  return {
    issuer: required(env, 'JWT_ISSUER'),
    audience: required(env, 'JWT_AUDIENCE'),
    jwksUri: env.JWT_JWKS_URI || null,
    pinnedJwks: env.JWT_PINNED_JWKS ? JSON.parse(env.JWT_PINNED_JWKS) : undefined,
    claims: {
      org: required(env, 'JWT_ORG_CLAIM'),
      workspace: required(env, 'JWT_WORKSPACE_CLAIM'),
      scopes: required(env, 'JWT_SCOPES_CLAIM'),
    },
  };
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) {
    throw new Error(
      `The environment variable ${name} is missing; the infrastructure sets it for this function`,
    );
  }
  return value;
}
