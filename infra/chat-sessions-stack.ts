// The service: a function for each operation, the API in front of them, their deployments, alarms and dashboard.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  authorizer,
  limitActions,
  preflightRoute,
  type Route,
  routes,
  streamConsumers,
  unknownRoute,
  sessionsByUser as userIndex,
} from '../functions/routes.ts';
import { Alarms } from './alarms.ts';
import { BundledFunction } from './bundled-function.ts';
import { ChatApi } from './chat-api.ts';
import type { Config } from './config.ts';
import type { CustomDomain } from './custom-domain.ts';
import { DashboardPage } from './dashboard.ts';
import { Encryption } from './encryption.ts';
import { authorizerEnv, endpointEnv, eventsEnv, functionEnv, usageEnv } from './environments.ts';
import { logRetention } from './log-retention.ts';
import { metricsNamespace } from './metrics.ts';
import { Rollouts } from './rollouts.ts';
import type { SessionsTable } from './sessions-table-stack.ts';
import {
  CONSUMER_SIZE,
  COUNT_MAPPING,
  PUBLISH_MAPPING,
  StreamConsumer,
  type StreamConsumerProps,
} from './stream-consumer.ts';

export interface ChatSessionsStackProps extends StackProps {
  readonly config: Config;
  /** The bundled folder of each entry. */
  readonly folders: ReadonlyMap<string, string>;
  /** Not used where the configuration names a restored table. */
  readonly table: SessionsTable;
}

/** A file in `functions/`, and its permissions. */
interface Rights extends Pick<Route, 'entry' | 'indexActions'> {
  readonly tableActions?: readonly string[];
}

export class ChatSessionsStack extends Stack {
  readonly #config: Config;
  readonly #folders: ReadonlyMap<string, string>;
  readonly #table: SessionsTable;
  readonly #encryption: Encryption;

  constructor(scope: Construct, id: string, props: ChatSessionsStackProps) {
    const { config, folders, table: tableOfStack, ...stackProps } = props;
    super(scope, id, stackProps);
    const table = this.#tableOf(config, tableOfStack);
    this.#config = config;
    this.#folders = folders;
    this.#table = table;
    this.#encryption = new Encryption(this, config.encryption);

    const authorizerFunction = this.#function('Authorizer', authorizer, config.authorizer, {
      description: 'Authenticates callers: API keys and session JWTs',
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
    const preflight = this.#preflight();
    const consumers = this.#consumers();
    const { api, accessLogs, domain } = new ChatApi(this, 'Api', {
      name: `moonborn-chat-sessions-${config.stage}`,
      description: `Moonborn chat sessions (${config.stage})`,
      authorizer: authorizerFunction.alias,
      routes: operations.map(({ alias, ...route }) => ({ ...route, handler: alias })),
      unknownRoute: unknown.alias,
      webPages: preflight && { cors: config.cors, preflight: preflight.alias },
      throttle: config.throttle,
      domain: config.domain,
      accessLog: config.accessLog,
      logRetention: logRetention(config, this.#encryption),
    });

    const namespace = metricsNamespace(config);
    const fromMemory = preflight === undefined ? [unknown] : [unknown, preflight];
    const invokedFirst =
      preflight === undefined ? [authorizerFunction.alias] : [authorizerFunction.alias, preflight.alias];
    const { sessionsByUser } = config;
    const alarms = new Alarms(this, 'Alarms', {
      config: config.alarms,
      namespace,
      api,
      invokedFirst,
      table,
      sessionsByUser,
      encryption: this.#encryption,
    });
    new Rollouts(this, 'Rollouts', {
      rollout: config.rollout,
      released: [authorizerFunction, ...operations, ...fromMemory, ...consumers].map(({ name, alias }) => ({
        name,
        alias,
        // No latency alarm for functions that call no service, nor for consumers of the stream, for which no caller waits.
        alarms: alarms.watch(name, alias, { latency: !isOneOf([...fromMemory, ...consumers], name) }),
      })),
    });
    for (const consumer of consumers) {
      alarms.watchConsumer(consumer);
    }
    new DashboardPage(this, 'Dashboard', {
      namespace,
      api,
      accessLogs,
      table,
      sessionsByUser,
      authorizer: authorizerFunction.alias,
      operations,
      start: routes.startChatSession,
    });

    this.#addresses(api, domain);
    new CfnOutput(this, 'TableName', {
      value: table.tableName,
      description: 'For `npm run admin -- --table …`',
    });
  }

  #function(
    name: string,
    { entry, tableActions = [], indexActions = [] }: Rights,
    size: Config['endpoints'],
    described: { readonly description: string; readonly environment: Record<string, string> },
  ) {
    const bundled = new BundledFunction(this, name, {
      ...described,
      folder: this.#folder(entry),
      size,
      logLevel: this.#config.logLevel,
      logRetention: logRetention(this.#config, this.#encryption),
    });
    const actionsOnIndex = this.#config.sessionsByUser ? indexActions : [];
    if (tableActions.length > 0) {
      Grant.addToPrincipal({
        grantee: bundled.function,
        actions: [...tableActions],
        // Without the indexes, which `grant` of the table would add.
        resourceArns: [this.#table.tableArn],
      });
    }
    if (actionsOnIndex.length > 0) {
      Grant.addToPrincipal({
        grantee: bundled.function,
        actions: [...actionsOnIndex],
        resourceArns: [`${this.#table.tableArn}/index/${userIndex.name}`],
      });
    }
    if (tableActions.length + actionsOnIndex.length > 0) {
      this.#encryption.grantUse(bundled.function, 'dynamodb');
    }
    return { name, function: bundled.function, alias: bundled.alias };
  }

  #tableOf({ restoredTable }: Config, tableOfStack: SessionsTable): SessionsTable {
    if (restoredTable === null) {
      return tableOfStack;
    }
    const [, tableName = ''] = restoredTable.split('/');
    return TableV2.fromTableAttributes(this, 'RestoredTable', { tableName, tableStreamArn: restoredTable });
  }

  /** While the generated address is kept, `ApiUrl` is that address, which works before and without DNS records. */
  #addresses(api: HttpApi, domain: CustomDomain | undefined): void {
    const isGeneratedKept = domain === undefined || this.#config.domain?.keepGeneratedAddress;
    new CfnOutput(this, 'ApiUrl', {
      value: isGeneratedKept ? api.apiEndpoint : domain.url,
      description: 'The base URL of the API',
    });
    if (domain !== undefined) {
      new CfnOutput(this, 'DomainUrl', {
        value: domain.url,
        description: 'The address of the custom domain',
      });
      new CfnOutput(this, 'DomainTarget', {
        value: domain.target,
        description:
          'Where the name must lead to: a CNAME record, where no alias record is part of the stack',
      });
    }
  }

  #preflight() {
    return this.#config.cors.allowOrigins.length === 0
      ? undefined
      : this.#function('Preflight', preflightRoute, this.#config.endpoints, {
          description: 'Answers preflights of browsers',
          environment: functionEnv(this.#config),
        });
  }

  #consumers() {
    const { usage, events } = this.#config;
    const consumers = [];
    if (usage) {
      const count = this.#function('CountUsage', streamConsumers.countUsage, CONSUMER_SIZE, {
        description: 'Counts what orgs do on each day, from the stream',
        environment: usageEnv(this.#table, this.#config),
      });
      consumers.push(this.#following('UsageStream', count, COUNT_MAPPING));
    }
    if (events !== null) {
      const publish = this.#function(
        'PublishSessionEvents',
        streamConsumers.publishSessionEvents,
        CONSUMER_SIZE,
        {
          description: 'Publishes events of sessions, from the stream',
          environment: eventsEnv(events, this.#config),
        },
      );
      EventBus.fromEventBusName(this, 'EventBus', events.busName).grantPutEventsTo(publish.function);
      consumers.push(this.#following('EventsStream', publish, PUBLISH_MAPPING));
    }
    return consumers;
  }

  #following<T extends StreamConsumerProps['consumer']>(
    id: string,
    consumer: T,
    mapping: StreamConsumerProps['mapping'],
  ) {
    const { deadLetters, polls } = new StreamConsumer(this, id, {
      table: this.#table,
      encryption: this.#encryption,
      consumer,
      mapping,
    });
    return { ...consumer, deadLetters, polls };
  }

  #limited({ tableActions, ...route }: Route): Rights {
    const besides = this.#config.limits === null ? [] : limitActions;
    return { ...route, tableActions: [...new Set([...tableActions, ...besides])] };
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

function isOneOf(functions: readonly { readonly name: string }[], name: string): boolean {
  return functions.some((known) => known.name === name);
}

function constructId(operation: string): string {
  return operation.charAt(0).toUpperCase() + operation.slice(1);
}
