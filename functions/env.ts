// The environment variables of the functions, typed by role: infra/ writes them, the functions read them.
import type { Jwks } from 'aws-jwt-verify/jwk';
import type { RateLimits } from './limits/rate-limit.ts';
import type { ExpiryDays } from './sessions/expiry.ts';

/** Variables of every function. */
export interface FunctionEnv {
  /** The CloudWatch namespace of the stage's metrics, read by observability/metrics.ts. */
  readonly METRICS_NAMESPACE: string;
}

/** Variables of every function that uses the table. */
interface TableEnv extends FunctionEnv {
  readonly TABLE_NAME: string;
}

/**
 * A session must not expire while its idempotency key is accepted: up to two days after the start, for a key whose time
 * is a day ahead. The third day covers clock differences and requests in progress.
 */
export const EXPIRY_MIN_DAYS = 3;

/** The highest limit that a plan or a key may have. */
export const REQUESTS_PER_MINUTE_MAX = 10_000_000;

export interface EndpointEnv extends TableEnv {
  /** How long personas are cached, and so how long an archived one may still accept starts; 0 reads the table on every start. */
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

/** Variables of the function that counts usage. */
export type UsageEnv = TableEnv;

/** What may become of a session, as its events are called. */
export const EVENT_TYPES = [
  'chat.session.started',
  'chat.session.updated',
  'chat.turn.recorded',
  'chat.session.ended',
  'chat.session.deleted',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** What the function that publishes the events of sessions is told. */
export interface EventsEnv extends FunctionEnv {
  readonly EVENT_BUS_NAME: string;
  /** The {@link EventType}s that are published, with a comma between them. */
  readonly EVENT_TYPES: string;
}

export interface AuthorizerEnv extends TableEnv {
  readonly API_KEY_REMEMBER_SECONDS: string;
  /** A list of {@link IssuerSettings} as JSON; empty when no session JWT is accepted. */
  readonly JWT_ISSUERS: string;
}

/** The literal name of a claim, or the path of names to a nested claim. */
export type ClaimName = string | readonly string[];

/** A claim, or a fixed value for all tokens of the issuer. */
export type ClaimSource = ClaimName | { readonly value: string };

/** How the session JWTs of one issuer are checked and read. */
export interface IssuerSettings {
  /** Compared exactly with `iss`. */
  readonly issuer: string;
  /** One of them must be in the audience claim; `null` accepts tokens for any audience. */
  readonly audience: readonly string[] | null;
  readonly audienceClaim: ClaimName;
  /** `null` to use the pinned keys only, and never fetch any. */
  readonly jwksUri: string | null;
  readonly pinnedJwks?: Jwks | undefined;
  readonly claims: {
    readonly user: ClaimName;
    readonly org: ClaimSource;
    readonly workspace: ClaimSource;
    /** `null` when scopes come from roles only. */
    readonly scopes: ClaimName | null;
  };
  /** Removed from each scope; scopes without it are ignored. */
  readonly scopePrefix: string;
  /** The scopes that each role grants, in addition to the scopes claim. */
  readonly roles?:
    | { readonly claim: ClaimName; readonly grants: Readonly<Record<string, readonly string[]>> }
    | undefined;
  /** For `exp`, `nbf` and `iat`, since clocks differ. */
  readonly clockToleranceSeconds: number;
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
  /** Empty when session JWTs are not accepted. */
  readonly jwtIssuers: readonly IssuerSettings[];
}

export function readAuthorizerEnv(env: Environment): AuthorizerSettings {
  return {
    tableName: required(env, 'TABLE_NAME'),
    apiKeyRememberMs: Number(required(env, 'API_KEY_REMEMBER_SECONDS')) * 1000,
    jwtIssuers: env.JWT_ISSUERS ? JSON.parse(env.JWT_ISSUERS) : [],
  };
}

export function readUsageEnv(env: Environment): { readonly tableName: string } {
  return { tableName: required(env, 'TABLE_NAME') };
}

export interface EventsSettings {
  readonly eventBusName: string;
  readonly eventTypes: readonly EventType[];
}

export function readEventsEnv(env: Environment): EventsSettings {
  const types = required(env, 'EVENT_TYPES').split(',');
  return {
    eventBusName: required(env, 'EVENT_BUS_NAME'),
    eventTypes: EVENT_TYPES.filter((type) => types.includes(type)),
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
