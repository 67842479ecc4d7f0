// The environment variables of each function, from the configuration. A missing variable does not compile.
import type { AuthorizerEnv, EndpointEnv, EventsEnv, FunctionEnv, UsageEnv } from '../functions/env.ts';
import type { Config } from './config.ts';
import { metricsNamespace } from './metrics.ts';
import type { SessionsTable } from './sessions-table-stack.ts';

export function functionEnv(config: Config): Record<keyof FunctionEnv, string> {
  return { METRICS_NAMESPACE: metricsNamespace(config) };
}

export function endpointEnv(table: SessionsTable, config: Config): Record<keyof EndpointEnv, string> {
  return {
    ...functionEnv(config),
    TABLE_NAME: table.tableName,
    PERSONA_REMEMBER_SECONDS: String(config.personas.rememberSeconds),
    EXPIRE_UNUSED_DAYS: String(config.expiry.unusedDays ?? ''),
    EXPIRE_IDLE_DAYS: String(config.expiry.idleDays ?? ''),
    EXPIRE_ENDED_DAYS: String(config.expiry.endedDays ?? ''),
    SESSIONS_BY_USER: config.sessionsByUser ? 'true' : '',
    RATE_LIMITS: config.limits === null ? '' : JSON.stringify(config.limits),
  };
}

export function usageEnv(table: SessionsTable, config: Config): Record<keyof UsageEnv, string> {
  return { ...functionEnv(config), TABLE_NAME: table.tableName };
}

export function eventsEnv(
  { busName, types }: NonNullable<Config['events']>,
  config: Config,
): Record<keyof EventsEnv, string> {
  return { ...functionEnv(config), EVENT_BUS_NAME: busName, EVENT_TYPES: types.join(',') };
}

export function authorizerEnv(table: SessionsTable, config: Config): Record<keyof AuthorizerEnv, string> {
  const { apiKeys, sessionJwt } = config;
  return {
    ...functionEnv(config),
    TABLE_NAME: table.tableName,
    API_KEY_REMEMBER_SECONDS: String(apiKeys.rememberSeconds),
    JWT_ISSUERS: sessionJwt === null ? '' : JSON.stringify(sessionJwt),
  };
}
