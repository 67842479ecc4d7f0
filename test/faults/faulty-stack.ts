// The local stack between two proxies: caller, faults, gateway and functions, faults, database.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createPersona } from '../../admin/create-persona.ts';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import type { Table } from '../../functions/dynamodb/table.ts';
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
  /** All items that begin with a sort key, straight from the database. */
  items(sortKeyPart: string): Promise<Record<string, unknown>[]>;
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
  const direct = new DynamoDBClient({ endpoint: engine.endpoint, region: stack.region, credentials });
  const table: Table = { name: stack.tableName, client: DynamoDBDocumentClient.from(direct) };
  return {
    gatewayUrl: stack.baseUrl,
    client,
    database,
    table,
    local: stack,
    folder,
    newTenant: () => newTenant(table),
    items: (sortKeyPart) => scan(table, sortKeyPart),
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

async function scan({ name, client }: Table, sortKeyPart: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        TableName: name,
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    found.push(...Items.filter(({ sk }) => String(sk).includes(sortKeyPart)));
    from = LastEvaluatedKey;
  } while (from !== undefined);
  return found;
}

function unique(): string {
  return randomUUID().replaceAll('-', '').slice(0, 20);
}
