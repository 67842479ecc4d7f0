// The table through the AWS SDK's document client, with its own stack as published.
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

/** Region, endpoint and credentials as the SDK finds them. */
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
      // Until the head of the answer, and then from one part of the rest to the next.
      requestTimeout: requestTimeoutMs,
      socketTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}

/** With a copy of the options, into which the document client writes. */
export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { ...MARSHALL_OPTIONS } });
}

export function tableOf(name: string, client: DynamoDBDocumentClient): BindTable {
  return bindVerbs(name, async (operation, input, signal) => {
    try {
      return await call(client, operation, input, signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      throw told(error);
    }
  });
}

/** The input is what the command of that name takes. */
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

function told(error: unknown): unknown {
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
    // No answer, or not the whole of it. The errors of Node have a code.
    return true;
  }
  // An answer that could not be read.
  const { $response: response } = error as { $response?: { statusCode?: number } };
  return response?.statusCode === 200 || isTemporary(error.name, response?.statusCode);
}
