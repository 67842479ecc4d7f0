// Creates the table of a deployment unless it exists, and waits until it can be used.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { Table } from '../assembly/deployment.ts';

const LONGEST_WAIT_MS = 30_000;

/**
 * @param confirm rejects where the table must not be created
 * @throws Error when the table is there already, and lacks an index that the deployment has.
 */
export async function createTable(
  table: Table,
  client: DynamoDBClient,
  confirm: (tableName: string) => Promise<void> = async () => {},
): Promise<'created' | 'kept'> {
  const existing = await describeTable(table.name, client);
  if (existing === undefined) {
    await confirm(table.name);
    await client.send(new CreateTableCommand(definitionOf(table))).catch(ignoreExisting);
  } else {
    refuseMissingIndexes(table, existing);
  }
  await untilActive(table.name, client);
  return existing === undefined ? 'created' : 'kept';
}

/** The embedded database can't add an index to a table, and elsewhere that is for the operator to start. */
function refuseMissingIndexes({ name, globalIndexes }: Table, existing: TableDescription): void {
  const present = (existing.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName);
  const missing = globalIndexes.filter(({ IndexName }) => !present.includes(IndexName));
  if (missing.length > 0) {
    throw new Error(
      `The table ${name} was created without the index ${missing.map(({ IndexName }) => IndexName).join(', ')}, ` +
        'which the configuration asks for, and an index is not added to a table here. ' +
        'Choose another data folder, or switch the index off: --config with a file that holds {"sessionsByUser": false}.',
    );
  }
}

async function untilActive(name: string, client: DynamoDBClient): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (
    let pauseMs = 5;
    (await describeTable(name, client))?.TableStatus !== 'ACTIVE';
    pauseMs = Math.min(pauseMs * 2, 1000)
  ) {
    if (Date.now() > deadline) {
      throw new Error(`The table ${name} is not ready after ${LONGEST_WAIT_MS / 1000} s.`);
    }
    await sleep(pauseMs);
  }
}

async function describeTable(name: string, client: DynamoDBClient): Promise<TableDescription | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}

function definitionOf(table: Table): CreateTableCommandInput {
  const definition = {
    TableName: table.name,
    AttributeDefinitions: table.attributes,
    KeySchema: table.keySchema,
    BillingMode: 'PAY_PER_REQUEST',
    ...(table.globalIndexes.length > 0 ? { GlobalSecondaryIndexes: table.globalIndexes } : {}),
    ...(table.localIndexes.length > 0 ? { LocalSecondaryIndexes: table.localIndexes } : {}),
  };
  return definition as CreateTableCommandInput;
}

/** Another process has created the table in the meantime. */
function ignoreExisting(error: unknown): void {
  if (!(error instanceof ResourceInUseException)) {
    throw error;
  }
}
