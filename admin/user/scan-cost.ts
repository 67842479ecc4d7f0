// What a scan of the whole table will cost, said before it is begun, and whether the table has the index of sessions by user.
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { sessionsByUser } from '../../functions/routes.ts';
import { readPrices } from '../cost/prices.ts';

export interface TableFacts {
  /** DynamoDB counts items and bytes about every six hours. */
  readonly items: number;
  readonly bytes: number;
  readonly hasUserIndex: boolean;
}

/** An eventually consistent scan takes half a read unit for 4 KB. */
const BYTES_PER_READ_UNIT = 8_192;

export async function describeTable(client: DynamoDBDocumentClient, tableName: string): Promise<TableFacts> {
  const { Table = {} } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  const { ItemCount = 0, TableSizeBytes = 0, GlobalSecondaryIndexes = [] } = Table;
  return {
    items: ItemCount,
    bytes: TableSizeBytes,
    hasUserIndex: GlobalSecondaryIndexes.some(({ IndexName }) => IndexName === sessionsByUser.name),
  };
}

export function describeScan({ items, bytes }: TableFacts, readUnitsPerSecond: number): string {
  const { dynamoDb, region, enteredOn } = readPrices();
  const readUnits = Math.ceil(bytes / BYTES_PER_READ_UNIT);
  const usd = (readUnits / 1_000_000) * dynamoDb.perMillionReadUnits;
  return (
    `The whole table is read: ${whole(items)} items, about ${whole(readUnits)} read units, ${price(usd)} at the list price of ${region} of ${enteredOn}, ` +
    `at least ${duration(readUnits / readUnitsPerSecond)} at ${whole(readUnitsPerSecond)} read units a second. ` +
    'DynamoDB updates these counts about every six hours; those of a young table are too low.'
  );
}

function whole(number: number): string {
  return number.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

function price(usd: number): string {
  return usd < 0.01 ? 'less than $0.01' : `$${usd.toFixed(2)}`;
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} minutes`;
}
