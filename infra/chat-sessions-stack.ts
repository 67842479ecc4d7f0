// The whole service: the table, a function for each operation, and the API in front of them.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { AuthorizerEnv, EndpointEnv } from '../functions/env.ts';
import { authorizer, routes, unknownRoute } from '../functions/routes.ts';
import { BundledFunction } from './bundled-function.ts';
import { ChatApi } from './chat-api.ts';
import type { Config } from './config.ts';
import { sessionsTable } from './sessions-table.ts';

export interface ChatSessionsStackProps extends StackProps {
  readonly config: Config;
  /** The bundled folder of each entry. */
  readonly folders: ReadonlyMap<string, string>;
}

export class ChatSessionsStack extends Stack {
  readonly #config: Config;
  readonly #folders: ReadonlyMap<string, string>;

  constructor(scope: Construct, id: string, { config, folders, ...props }: ChatSessionsStackProps) {
    super(scope, id, { description: `Moonborn chat sessions (${config.stage})`, ...props });
    this.#config = config;
    this.#folders = folders;

    const table = sessionsTable(this);
    const api = new ChatApi(this, 'Api', {
      name: `moonborn-chat-sessions-${config.stage}`,
      description: `Moonborn chat sessions (${config.stage})`,
      authorizer: this.#authorizer(table),
      routes: Object.entries(routes).map(([operation, { method, path, entry, tableActions }]) => ({
        operation,
        method,
        path,
        handler: this.#endpoint(operation, entry, endpointEnv(table, config), { table, tableActions }),
      })),
      unknownRoute: this.#endpoint('unknownRoute', unknownRoute.entry, {}),
      throttle: config.throttle,
      logRetentionDays: config.logRetentionDays,
    });

    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'The base URL of the API' });
    new CfnOutput(this, 'TableName', {
      value: table.tableName,
      description: 'For `npm run admin -- --table …`',
    });
  }

  #endpoint(
    operation: string,
    entry: string,
    environment: Record<string, string>,
    access?: { table: TableV2; tableActions: readonly string[] },
  ) {
    const endpoint = new BundledFunction(this, constructId(operation), {
      description: `Answers ${operation}`,
      folder: this.#folder(entry),
      ...this.#config.endpoints,
      logRetentionDays: this.#config.logRetentionDays,
      environment,
    }).function;
    access?.table.grant(endpoint, ...access.tableActions);
    return endpoint;
  }

  #authorizer(table: TableV2) {
    const judge = new BundledFunction(this, 'Authorizer', {
      description: 'Finds out who calls: API keys and session JWTs',
      folder: this.#folder(authorizer.entry),
      ...this.#config.authorizer,
      logRetentionDays: this.#config.logRetentionDays,
      environment: authorizerEnv(table, this.#config),
    }).function;
    table.grant(judge, ...authorizer.tableActions);
    return judge;
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

function endpointEnv(table: TableV2, { personas, expiry }: Config): Record<keyof EndpointEnv, string> {
  return {
    TABLE_NAME: table.tableName,
    PERSONA_REMEMBER_SECONDS: String(personas.rememberSeconds),
    EXPIRE_UNUSED_DAYS: String(expiry.unusedDays ?? ''),
    EXPIRE_ENDED_DAYS: String(expiry.endedDays ?? ''),
  };
}

function authorizerEnv(table: TableV2, { apiKeys, sessionJwt }: Config): Record<keyof AuthorizerEnv, string> {
  return {
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
