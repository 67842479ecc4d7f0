// The database engine that a run of the suite is for, and a table on it as the stack has it.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEmbeddedDatabase } from '../../local/database/database.ts';
import { findMoto, startMoto } from '../engines/moto.ts';
import { TABLE_NAME } from './adapters.ts';

export interface Engine {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Named by the project in test/projects.ts. */
export const ENGINE_NAME = process.env.TABLE_ENGINE ?? 'dynalite';

export function startEngine(): Promise<Engine> {
  return ENGINE_NAME === 'moto' ? startMoto(findMoto() ?? 'moto_server') : startEmbeddedDatabase();
}

/** Its attributes are reserved words of DynamoDB. */
export const INDEX = { name: 'ByUser', partitionAttribute: 'user', sortAttribute: 'timestamp' };

export async function createTable(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE_NAME,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keySchema('pk', 'sk'),
      AttributeDefinitions: ['pk', 'sk', INDEX.partitionAttribute, INDEX.sortAttribute].map(
        (AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        }),
      ),
      GlobalSecondaryIndexes: [
        {
          IndexName: INDEX.name,
          KeySchema: keySchema(INDEX.partitionAttribute, INDEX.sortAttribute),
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  client.destroy();
}

function keySchema(partition: string, sort: string) {
  return [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
}
