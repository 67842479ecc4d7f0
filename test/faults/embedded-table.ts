// An empty table in the embedded database, reached the way the functions reach it, through a proxy.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { CallLimits } from '../../functions/aws/json-service.ts';
import { openTable } from '../../functions/dynamodb/sdk.ts';
import type { BindTable, Item } from '../../functions/dynamodb/table.ts';
import { startEmbeddedDatabase } from '../../local/database/database.ts';
import { TABLE_NAME } from '../dynamodb/adapters.ts';
import { createTable } from '../dynamodb/engines.ts';
import { type DatabaseProxy, type DatabaseProxyOptions, startDatabaseProxy } from './database-proxy.ts';

/** What a BatchWriteItem takes. */
const BATCH_MAX = 25;

export interface EmbeddedTable {
  readonly proxy: DatabaseProxy;
  /** Through the proxy, with these limits. */
  open(limits: CallLimits): BindTable;
  /** Past the proxy. */
  items(): Promise<Record<string, unknown>[]>;
  putAll(items: readonly Item[]): Promise<void>;
  close(): Promise<void>;
}

export async function startEmbeddedTable(
  options: Omit<DatabaseProxyOptions, 'upstream'>,
): Promise<EmbeddedTable> {
  const database = await startEmbeddedDatabase();
  const proxy = await startDatabaseProxy({ upstream: database.endpoint, ...options });
  const client = new DynamoDBClient({ endpoint: database.endpoint });
  const direct = DynamoDBDocumentClient.from(client);
  await createTable(database.endpoint);
  return {
    proxy,
    open: (limits) => {
      process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
      return openTable(TABLE_NAME, limits);
    },
    items: async () => (await direct.send(new ScanCommand({ TableName: TABLE_NAME }))).Items ?? [],
    putAll: async (items) => {
      for (let i = 0; i < items.length; i += BATCH_MAX) {
        const puts = items.slice(i, i + BATCH_MAX).map((Item) => ({ PutRequest: { Item } }));
        await direct.send(new BatchWriteCommand({ RequestItems: { [TABLE_NAME]: puts } }));
      }
    },
    close: async () => {
      client.destroy();
      await proxy.close();
      await database.close();
    },
  };
}
