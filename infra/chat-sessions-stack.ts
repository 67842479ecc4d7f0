// The service: a function for each operation, the API in front of them, how they come into service and who is told.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { AuthorizerEnv, EndpointEnv, FunctionEnv } from '../functions/env.ts';
import { authorizer, limitActions, type Route, routes, unknownRoute } from '../functions/routes.ts';
import { Alarms } from './alarms.ts';
import { BundledFunction } from './bundled-function.ts';
import { ChatApi } from './chat-api.ts';
import type { Config } from './config.ts';
import { DashboardPage } from './dashboard.ts';
import { metricsNamespace } from './metrics.ts';
import { Rollouts } from './rollouts.ts';

export interface ChatSessionsStackProps extends StackProps {
  readonly config: Config;
  /** The bundled folder of each entry. */
  readonly folders: ReadonlyMap<string, string>;
  readonly table: TableV2;
}

export class ChatSessionsStack extends Stack {
  readonly #config: Config;
  readonly #folders: ReadonlyMap<string, string>;
  readonly #table: TableV2;

  constructor(scope: Construct, id: string, { config, folders, table, ...props }: ChatSessionsStackProps) {
    super(scope, id, props);
    this.#config = config;
    this.#folders = folders;
    this.#table = table;

    const judge = this.#function('Authorizer', authorizer, config.authorizer, {
      description: 'Finds out who calls: API keys and session JWTs',
      environment: authorizerEnv(table, config),
    });
    const operations = Object.entries(routes).map(([operation, route]) => ({
      operation,
      method: route.method,
      path: route.path,
      ...this.#function(constructId(operation), this.#limited(route), config.endpoints, {
        description: `Answers ${operation}`,
        environment: endpointEnv(table, config),
      }),
    }));
    const unknown = this.#function('UnknownRoute', unknownRoute, config.endpoints, {
      description: 'Answers unknownRoute',
      environment: functionEnv(config),
    });
    const { api, accessLogs } = new ChatApi(this, 'Api', {
      name: `moonborn-chat-sessions-${config.stage}`,
      description: `Moonborn chat sessions (${config.stage})`,
      authorizer: judge.live,
      routes: operations.map(({ live, ...route }) => ({ ...route, handler: live })),
      unknownRoute: unknown.live,
      throttle: config.throttle,
      logRetentionDays: config.logRetentionDays,
    });

    const namespace = metricsNamespace(config);
    const alarms = new Alarms(this, 'Alarms', { config: config.alarms, namespace, api, table });
    new Rollouts(this, 'Rollouts', {
      rollout: config.rollout,
      released: [judge, ...operations, unknown].map(({ name, live }) => ({
        name,
        alias: live,
        // Unknown paths are answered from memory.
        alarms: alarms.watch(name, live, { latency: name !== unknown.name }),
      })),
    });
    new DashboardPage(this, 'Dashboard', {
      namespace,
      api,
      accessLogs,
      table,
      authorizer: judge.live,
      operations,
      start: routes.startChatSession,
    });

    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint, description: 'The base URL of the API' });
    new CfnOutput(this, 'TableName', {
      value: table.tableName,
      description: 'For `npm run admin -- --table …`',
    });
  }

  #function(
    name: string,
    { entry, tableActions = [] }: { readonly entry: string; readonly tableActions?: readonly string[] },
    size: Config['endpoints'],
    described: { readonly description: string; readonly environment: Record<string, string> },
  ) {
    const { logLevel, logRetentionDays } = this.#config;
    const bundled = new BundledFunction(this, name, {
      ...described,
      folder: this.#folder(entry),
      size,
      logLevel,
      logRetentionDays,
    });
    if (tableActions.length > 0) {
      this.#table.grant(bundled.function, ...tableActions);
    }
    return { name, live: bundled.live };
  }

  #limited({ entry, tableActions }: Route): {
    readonly entry: string;
    readonly tableActions: readonly string[];
  } {
    const besides = this.#config.limits === null ? [] : limitActions;
    return { entry, tableActions: [...new Set([...tableActions, ...besides])] };
  }

  #folder(entry: string): string {
    const folder = this.#folders.get(entry);
    if (folder === undefined) {
      throw new Error(
        `${entry} was not bundled; it is named in functions/routes.ts and must be a file in functions/`,
      );
    }
    return folder;
  }
}

function functionEnv(config: Config): Record<keyof FunctionEnv, string> {
  return { METRICS_NAMESPACE: metricsNamespace(config) };
}

function endpointEnv(table: TableV2, config: Config): Record<keyof EndpointEnv, string> {
  return {
    ...functionEnv(config),
    TABLE_NAME: table.tableName,
    PERSONA_REMEMBER_SECONDS: String(config.personas.rememberSeconds),
    EXPIRE_UNUSED_DAYS: String(config.expiry.unusedDays ?? ''),
    EXPIRE_ENDED_DAYS: String(config.expiry.endedDays ?? ''),
    RATE_LIMITS: config.limits === null ? '' : JSON.stringify(config.limits),
  };
}

function authorizerEnv(table: TableV2, config: Config): Record<keyof AuthorizerEnv, string> {
  const { apiKeys, sessionJwt } = config;
  return {
    ...functionEnv(config),
    TABLE_NAME: table.tableName,
    API_KEY_REMEMBER_SECONDS: String(apiKeys.rememberSeconds),
    JWT_ISSUER: sessionJwt?.issuer ?? '',
    JWT_AUDIENCE: sessionJwt?.audience ?? '',
    JWT_JWKS_URI: sessionJwt === null ? '' : jwksUri(sessionJwt),
    JWT_PINNED_JWKS: sessionJwt?.pinnedJwks === undefined ? '' : JSON.stringify(sessionJwt.pinnedJwks),
    JWT_ORG_CLAIM: sessionJwt?.claims.org ?? '',
    JWT_WORKSPACE_CLAIM: sessionJwt?.claims.workspace ?? '',
    JWT_SCOPES_CLAIM: sessionJwt?.claims.scopes ?? '',
  };
}

function jwksUri({ issuer, jwksUri }: NonNullable<Config['sessionJwt']>): string {
  return jwksUri === undefined ? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json` : (jwksUri ?? '');
}

function constructId(operation: string): string {
  return operation.charAt(0).toUpperCase() + operation.slice(1);
}
