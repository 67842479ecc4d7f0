// The two adapters of the table, opened the same way on whichever database a test names.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';
import type { CallLimits } from '../../functions/aws/json-service.ts';
import { openTable } from '../../functions/dynamodb/lean.ts';
import { clientConfig, documentClient, tableOf } from '../../functions/dynamodb/sdk.ts';
import type { BindTable } from '../../functions/dynamodb/table.ts';

export type OpenOn = (endpoint: string, limits: CallLimits, tableName?: string) => BindTable;

export const TABLE_NAME = 'Sessions';

const lean: OpenOn = (endpoint, limits, tableName = TABLE_NAME) => {
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint);
  try {
    return openTable(tableName, limits);
  } finally {
    vi.unstubAllEnvs();
  }
};

const sdk: OpenOn = (endpoint, limits, tableName = TABLE_NAME) =>
  tableOf(tableName, documentClient(new DynamoDBClient({ ...clientConfig(limits), endpoint })));

export const ADAPTERS = { lean, sdk };
export type Adapter = keyof typeof ADAPTERS;
