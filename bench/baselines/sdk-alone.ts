// A function that is the AWS SDK as it comes, with its defaults, and nothing else.
import {
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { DatabaseCall } from '../calls.ts';

const client = new DynamoDBClient({});

export async function handler({ databaseCalls }: { databaseCalls: readonly DatabaseCall[] }) {
  let answer: unknown;
  for (const { operation, input } of databaseCalls) {
    answer = await call(operation, { TableName: process.env.TABLE_NAME, ...input });
  }
  return { statusCode: 200, body: JSON.stringify(answer) };
}

function call(operation: DatabaseCall['operation'], input: object): Promise<unknown> {
  switch (operation) {
    case 'GetItem':
      return client.send(new GetItemCommand(input as GetItemCommandInput));
    case 'PutItem':
      return client.send(new PutItemCommand(input as PutItemCommandInput));
    case 'UpdateItem':
      return client.send(new UpdateItemCommand(input as UpdateItemCommandInput));
    case 'Query':
      return client.send(new QueryCommand(input as QueryCommandInput));
  }
}
