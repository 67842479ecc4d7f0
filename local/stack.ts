// The local stack: the synthesised service, running behind a gateway on this machine.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from './assembly/deployment.ts';
import { readDeployment } from './assembly/read-deployment.ts';
import { createTable } from './database/create-table.ts';
import { type Database, startEmbeddedDatabase, useDatabaseAt } from './database/database.ts';
import { openEventBus } from './event-bus/logged-event-bus.ts';
import { lockFolder } from './folder-lock.ts';
import { type FormattedLog, gatewayOf } from './gateway/gateway.ts';
import { listen } from './gateway/listener.ts';
import { runFunctions } from './lambda/run-functions.ts';
import { type Credentials, credentialsOf } from './lambda/runtime-variables.ts';
import { openLineLog } from './line-log.ts';
import { localFolder, type RunningStack, writePrivately } from './local-folder.ts';
import { type Step, silentStep } from './progress.ts';
import { loadSigningKey, type SignSessionJwt, sessionJwtSigner } from './session-tokens.ts';
import { type Consumers, notRunLocally, runConsumers, type StreamOptions } from './streams/run-consumers.ts';
import { type Synthesised, synthesise } from './synthesise.ts';
import { unlessStopped } from './unless-stopped.ts';

export interface LocalStackOptions {
  /** 0 takes any free port. */
  port: number;
  /** The folder of logs, keys and the file that describes this run. */
  folder?: string;
  /** Keeps the data of the embedded database between runs. Absent: the data is in memory. */
  dataFolder?: string;
  /** Another DynamoDB instead of the embedded one. */
  databaseEndpoint?: string;
  /** The database of the stream, when `databaseEndpoint` is a proxy to it; and the clock of the stream. */
  stream?: StreamOptions;
  /** Another EventBridge instead of the log file. */
  eventBusEndpoint?: string;
  /** Called before a missing table is created; a rejection ends the start. */
  confirmTable?: (tableName: string) => Promise<void>;
  /** The same credentials for all functions, instead of an access key id for each. */
  databaseCredentials?: Credentials;
  region?: string;
  /** A cloud assembly that was synthesised before. */
  synthesised?: Synthesised;
  /** Fields of the infrastructure's configuration, when it is synthesised here. */
  config?: Record<string, unknown>;
  /** The operator's file that `config` comes from, for errors. */
  configName?: string;
  /** Honours the stage's throttle. */
  throttle?: boolean;
  /** Answers requests for pages that are not part of the API. @returns whether it has answered. */
  answerPage?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** The most execution environments of each function; further events wait. */
  maxEnvironments?: number;
  /** A second access log, in a format of its own. */
  requestLog?: FormattedLog;
  /** Called with a sentence for the user when a part fails, and when it runs again. */
  tell?: (message: string) => void;
  /** Ends a start before it is complete; the start then rejects with the reason. Later it has no effect. */
  stop?: AbortSignal;
  step?: Step;
}

export interface LocalStack {
  baseUrl: string;
  tableName: string;
  databaseEndpoint: string;
  region: string;
  deployment: Deployment;
  /** The table with the stack's own credentials, for the demo data and for tests. */
  table: { name: string; client: DynamoDBDocumentClient };
  /** Resources that act independently of requests, and do not run locally. */
  notRunLocally: string[];
  /** `undefined` when the table's stream has no consumers. */
  consumers: Consumers | undefined;
  signSessionJwt: SignSessionJwt;
  /** The latest lines that the functions wrote. functions.log has all of them. */
  logs(): string[];
  accessLogs(): string[];
  /** The latest events as lines of JSON. `undefined` when no event bus runs here. */
  events: (() => string[]) | undefined;
  close(step?: Step): Promise<void>;
}

const DEFAULT_REGION = 'us-east-1';
const LOCAL_ACCOUNT = '000000000000';
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { step = silentStep, region = DEFAULT_REGION } = options;
  const folder = localFolder(options.folder ?? '.local');
  const opened: { name: string; close: () => Promise<void> }[] = [];
  const close = async (closingStep: Step = silentStep) => {
    for (const part of opened.splice(0).reverse()) {
      await closingStep(part.name, part.close);
    }
  };
  const willClose = <T extends { close(): Promise<void> } | undefined>(name: string, part: T): T => {
    if (part !== undefined) {
      opened.push({ name, close: () => part.close() });
    }
    return part;
  };

  try {
    willClose('Unlock the folder', await lockFolder(folder));
    const listener = willClose('Free the port', await listen(options.port));
    const startingDatabase = startDatabase(options, step).then((database) =>
      willClose('Stop the database', database),
    );
    if (options.dataFolder !== undefined) {
      // A folder that can't be used is refused before the synthesis, which takes much longer.
      await startingDatabase;
    }
    const [database, synthesised] = await both(
      startingDatabase,
      synthesiseUnlessDone(options, folder.path, step),
    );
    options.stop?.throwIfAborted();
    const deployment = readDeployment(synthesised.assemblyFolder, { region, accountId: LOCAL_ACCOUNT });
    const table = willClose('Close the table', openTable(deployment, database, region, options));
    await step(
      'Create the table',
      () => unlessStopped(options.stop, createTable(deployment.table, table.client, options.confirmTable)),
      (outcome) => `${table.name}, ${outcome}`,
    );
    const functionLog = willClose('Close the function log', openLineLog(folder.functionLogFile));
    const accessLog = willClose('Close the access log', openLineLog(folder.accessLogFile));
    const bus = willClose(
      'Stop the event bus',
      await openEventBus(deployment, folder, options.eventBusEndpoint),
    );
    const functions = willClose(
      'Stop the functions',
      runFunctions(deployment, {
        databaseEndpoint: database.endpoint,
        connectToDatabase: database.connect,
        eventBusEndpoint: bus?.endpoint,
        databaseCredentials: options.databaseCredentials,
        maxEnvironments: options.maxEnvironments,
        append: functionLog.append,
      }),
    );
    const consumers = willClose(
      'Stop the consumers',
      await runConsumers(deployment, { folder, functions, database, ...options.stream }),
    );
    const answerCall = gatewayOf(deployment, {
      throttle: options.throttle ?? false,
      functionNamed: functions.named,
      appendAccessLog: accessLog.append,
      requestLog: options.requestLog,
      reportDefect: (error) =>
        functionLog.append(`gateway\t${error instanceof Error ? error.stack : String(error)}`),
    });
    listener.handWith((request, response) => {
      if (!options.answerPage?.(request, response)) {
        answerCall(request, response);
      }
    });
    willClose('Finish open requests', listener);
    const running: RunningStack = {
      baseUrl: listener.baseUrl,
      tableName: table.name,
      databaseEndpoint: database.endpoint,
      region,
    };
    options.stop?.throwIfAborted();
    writePrivately(folder.stackFile, `${JSON.stringify(running, null, 2)}\n`);
    return {
      ...running,
      deployment,
      notRunLocally: notRunLocally(deployment, consumers),
      consumers,
      table,
      signSessionJwt: sessionJwtSigner(await loadSigningKey(synthesised.signingKeyFile)),
      logs: functionLog.latest,
      accessLogs: accessLog.latest,
      events: bus?.latest,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits for both even when one fails, so that all opened parts can be closed. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

function startDatabase(
  { databaseEndpoint, dataFolder, tell }: LocalStackOptions,
  step: Step,
): Promise<Database> {
  if (databaseEndpoint !== undefined) {
    return step(
      'Find the database',
      async () => useDatabaseAt(databaseEndpoint),
      ({ endpoint }) => endpoint,
    );
  }
  return step(
    'Start the database',
    () => startEmbeddedDatabase({ dataFolder, tell }),
    ({ endpoint }) => `${endpoint}, ${dataFolder === undefined ? 'in memory' : `in ${dataFolder}`}`,
  );
}

async function synthesiseUnlessDone(
  options: LocalStackOptions,
  folder: string,
  step: Step,
): Promise<Synthesised> {
  if (options.synthesised !== undefined) {
    return options.synthesised;
  }
  const { config = {}, configName, stop } = options;
  return step('Synthesise the stack', () => synthesise({ folder, config, configName, stop }));
}

function openTable(
  { table }: Deployment,
  { endpoint }: Database,
  region: string,
  { databaseCredentials }: LocalStackOptions,
): LocalStack['table'] & { close(): Promise<void> } {
  const credentials = databaseCredentials ?? credentialsOf('Stack');
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));
  return { name: table.name, client, close: async () => client.destroy() };
}
