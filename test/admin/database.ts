// An empty table in an embedded database, for one test file.
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { tableOf } from '../../functions/dynamodb/sdk.ts';
import type { Table } from '../../functions/dynamodb/table.ts';
import { sessionsByUser } from '../../functions/routes.ts';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: { createTableMs: number }) => Server;

export interface Database {
  readonly endpoint: string;
  readonly region: string;
  readonly tableName: string;
  readonly table: Table;
  readonly client: DynamoDBDocumentClient;
  allItems(): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** @param indexed with the index of sessions by user */
export async function startDatabase({ indexed = false } = {}): Promise<Database> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const region = 'eu-central-1';
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }),
  );
  const tableName = 'Sessions';
  await createTable(tableName, client, indexed);
  return {
    endpoint,
    region,
    tableName,
    table: tableOf(tableName, client)(),
    client,
    allItems: async () => {
      const items: Record<string, unknown>[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName })) {
        items.push(...Items);
      }
      return items;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function createTable(name: string, client: DynamoDBDocumentClient, indexed: boolean): Promise<void> {
  const { partitionAttribute, sortAttribute } = sessionsByUser;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        ...(indexed
          ? [
              { AttributeName: partitionAttribute, AttributeType: 'S' as const },
              { AttributeName: sortAttribute, AttributeType: 'S' as const },
            ]
          : []),
      ],
      ...(indexed && {
        GlobalSecondaryIndexes: [
          {
            IndexName: sessionsByUser.name,
            KeySchema: [
              { AttributeName: partitionAttribute, KeyType: 'HASH' },
              { AttributeName: sortAttribute, KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    }),
  );
}
