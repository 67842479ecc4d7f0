// The `sdk` adapter of the table: the document client of the AWS SDK, as published.
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
  DynamoDBServiceException,
} from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { CallLimits } from '../aws/json-service.ts';
import { isTemporary, Outage } from '../aws/outage.ts';
import type { BindTable, Item } from './table.ts';
import {
  bindVerbs,
  ConditionFailed,
  type Input,
  MARSHALL_OPTIONS,
  type Operation,
  type Output,
} from './verbs.ts';

/** Region, endpoint and credentials come from the SDK's default providers. */
export function openTable(name: string, limits: CallLimits): BindTable {
  return tableOf(name, documentClient(new DynamoDBClient(clientConfig(limits))));
}

export function clientConfig({
  maxAttempts,
  connectionTimeoutMs,
  requestTimeoutMs,
}: CallLimits): DynamoDBClientConfig {
  return {
    maxAttempts,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      // The first ends with the response headers; the second limits the wait for each part of the body.
      requestTimeout: requestTimeoutMs,
      socketTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}

/** Copies the options, since the document client changes them. */
export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { ...MARSHALL_OPTIONS } });
}

export function tableOf(name: string, client: DynamoDBDocumentClient): BindTable {
  return bindVerbs(name, async (operation, input, signal) => {
    try {
      return await call(client, operation, input, signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      throw tableError(error);
    }
  });
}

/** @param input of the command that the operation names */
function call(
  client: DynamoDBDocumentClient,
  operation: Operation,
  input: Input,
  options: { readonly abortSignal?: AbortSignal },
): Promise<Output> {
  switch (operation) {
    case 'GetItem':
      return client.send(new GetCommand(input as GetCommandInput), options);
    case 'PutItem':
      return client.send(new PutCommand(input as PutCommandInput), options);
    case 'UpdateItem':
      return client.send(new UpdateCommand(input as UpdateCommandInput), options);
    case 'Query':
      return client.send(new QueryCommand(input as QueryCommandInput), options);
  }
}

function tableError(error: unknown): unknown {
  if (error instanceof ConditionalCheckFailedException) {
    return new ConditionFailed(error.Item && (unmarshall(error.Item) as Item));
  }
  return isOutage(error) ? new Outage('dynamodb did not answer in time', { cause: error }) : error;
}

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  if (error instanceof DynamoDBServiceException) {
    return isTemporary(error.name, error.$metadata.httpStatusCode);
  }
  if (error.name === 'TimeoutError' || error.name === 'AbortError' || 'code' in error) {
    // No complete response. Node's errors have a code.
    return true;
  }
  // A response that could not be read.
  const { $response: response } = error as { $response?: { statusCode?: number } };
  return response?.statusCode === 200 || isTemporary(error.name, response?.statusCode);
}
