// The local stack between two proxies: caller, faults, gateway and functions, faults, database.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { createPersona } from '../../admin/create-persona.ts';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import { tableOf } from '../../functions/dynamodb/sdk.ts';
import type { Item, Table } from '../../functions/dynamodb/table.ts';
import { startEmbeddedDatabase } from '../../local/database/database.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import type { Synthesised } from '../../local/synthesise.ts';
import { type ClientProxy, startClientProxy } from './client-proxy.ts';
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';

export interface Tenant {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly personaId: string;
  readonly apiKey: string;
}

export interface FaultyStack {
  /** Straight to the gateway. */
  readonly gatewayUrl: string;
  readonly client: ClientProxy;
  readonly database: DatabaseProxy;
  /** Straight to the database. */
  readonly table: Table;
  readonly local: Pick<
    LocalStack,
    'accessLogs' | 'consumers' | 'deployment' | 'events' | 'logs' | 'signSessionJwt'
  >;
  /** With `.local`'s files. */
  readonly folder: string;
  newTenant(): Promise<Tenant>;
  /** All items whose sort key holds the text, straight from the database. */
  items(sortKeyPart: string): Promise<Item[]>;
  /** Removes every item that has a time to live, as TTL does in the end. */
  removeExpiring(): Promise<void>;
  /** All that the functions and the gateway have logged, once the stack is closed. */
  readLogs(): string;
  close(): Promise<void>;
  /** Removes what is on disk as well. */
  remove(): void;
}

/** What is remembered would hide the database's faults. */
export const FAULTY_STACK_CONFIG = { apiKeys: { rememberSeconds: 0 }, personas: { rememberSeconds: 0 } };

export interface FaultyStackOptions {
  readonly synthesised: Synthesised;
  readonly seed: number;
  readonly countCapacity?: boolean;
  /** Execution environments for each function. */
  readonly maxEnvironments?: number;
  /** Runs the consumers of the table's stream, which stand still otherwise. */
  readonly follow?: { readonly eventBusEndpoint?: string; readonly nowMs?: () => number };
}

export async function startFaultyStack({
  synthesised,
  seed,
  countCapacity = false,
  maxEnvironments,
  follow,
}: FaultyStackOptions): Promise<FaultyStack> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-faulty-'));
  const engine = await startEmbeddedDatabase();
  const database = await startDatabaseProxy({ upstream: engine.endpoint, seed, countCapacity });
  const stack = await startLocalStack({
    port: 0,
    folder,
    synthesised,
    databaseEndpoint: database.url,
    ...(follow === undefined ? {} : { ...follow, stream: { ...follow, database: engine } }),
    ...(maxEnvironments === undefined ? {} : { maxEnvironments }),
  });
  const client = await startClientProxy({ upstream: stack.baseUrl, seed });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const direct = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: engine.endpoint, region: stack.region, credentials }),
  );
  const table = tableOf(stack.tableName, direct)();
  const items = async (sortKeyPart: string) =>
    (await scan(direct, stack.tableName)).filter(({ sk }) => sk.includes(sortKeyPart));
  return {
    gatewayUrl: stack.baseUrl,
    client,
    database,
    table,
    local: stack,
    folder,
    newTenant: () => newTenant(table),
    items,
    removeExpiring: async () => {
      for (const { pk, sk } of (await items('')).filter(({ expiresAt }) => expiresAt !== undefined)) {
        await direct.send(new DeleteCommand({ TableName: stack.tableName, Key: { pk, sk } }));
      }
    },
    readLogs: () =>
      ['functions.log', 'access.log'].map((file) => readFileSync(join(folder, file), 'utf8')).join(''),
    close: async () => {
      await client.close();
      await stack.close();
      await database.close();
      direct.destroy();
      await engine.close();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function newTenant(table: Table): Promise<Tenant> {
  const who = {
    orgId: `org_${unique()}`,
    workspaceId: `ws_${unique()}`,
    userId: `usr_${unique()}`,
  };
  const personaId = `psn_${unique()}`;
  await createPersona(table, { orgId: who.orgId, personaId, name: 'Luna' });
  const { secretKey } = await issueApiKey(table, { ...who, scopes: ['*'], environment: 'test' });
  return { ...who, personaId, apiKey: secretKey };
}

async function scan(client: DynamoDBDocumentClient, TableName: string): Promise<Item[]> {
  const found: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    found.push(...(Items as Item[]));
  }
  return found;
}

function unique(): string {
  return randomUUID().replaceAll('-', '').slice(0, 20);
}
