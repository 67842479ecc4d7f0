// Creates the table of a deployment unless it exists, and waits until it can be used.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import type { Table } from '../assembly/deployment.ts';

const LONGEST_WAIT_MS = 30_000;

export async function createTable(table: Table, client: DynamoDBClient): Promise<'created' | 'kept'> {
  const status = await statusOf(table.name, client);
  if (status === undefined) {
    await client.send(new CreateTableCommand(definitionOf(table))).catch(ignoreExisting);
  }
  await untilActive(table.name, client);
  return status === undefined ? 'created' : 'kept';
}

async function untilActive(name: string, client: DynamoDBClient): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (let pauseMs = 5; (await statusOf(name, client)) !== 'ACTIVE'; pauseMs = Math.min(pauseMs * 2, 1000)) {
    if (Date.now() > deadline) {
      throw new Error(`The table ${name} is not ready after ${LONGEST_WAIT_MS / 1000} s.`);
    }
    await sleep(pauseMs);
  }
}

async function statusOf(name: string, client: DynamoDBClient): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return Table?.TableStatus;
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
