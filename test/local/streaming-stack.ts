// The fixture with a consumer of its table's stream, and what the consumer was fed with.
import { join } from 'node:path';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Duration, type Stack } from 'aws-cdk-lib';
import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import {
  CfnEventSourceMapping,
  type CfnEventSourceMappingProps,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack.ts';
import type { Consumers } from '../../local/streams/run-consumers.ts';
import { synthesiseFixture } from './fixture/synthesise-fixture.ts';
import { tempFolder } from './temp-folder.ts';

export interface Fed {
  readonly Records: DynamoDBRecord[];
  readonly window?: { readonly start: string; readonly end: string };
  readonly state?: object;
  readonly shardId?: string;
  readonly isFinalInvokeForWindow?: boolean;
}

export interface StreamingStack {
  readonly local: LocalStack;
  readonly consumers: Consumers;
  readonly folder: string;
  put(sk: string, more?: Record<string, unknown>): Promise<void>;
  /** Adds one to its `n`. */
  addOne(sk: string): Promise<void>;
  remove(sk: string): Promise<void>;
  /** The events of the invocations, in their order. */
  fed(): Promise<Fed[]>;
  /** The sort keys of the records of each invocation. */
  fedKeys(): Promise<(string | undefined)[][]>;
  onFailureRecords(): Record<string, unknown>[];
}

type Mapping = Partial<Omit<CfnEventSourceMappingProps, 'functionName' | 'eventSourceArn'>>;

export async function startStreamingStack(
  mapping: Mapping,
  options: Partial<LocalStackOptions> = {},
): Promise<StreamingStack> {
  const folder = options.folder ?? tempFolder();
  const synthesised = await synthesiseFixture({ change: (stack) => addConsumer(stack, mapping) });
  const local = await startLocalStack({ port: 0, folder, synthesised, ...options });
  const { client, name: TableName } = local.table;
  const fed = async () =>
    local
      .logs()
      .map((line) => JSON.parse(line.slice(line.indexOf('\t') + 1)))
      .flatMap(({ message }) => (message?.fed === undefined ? [] : [message.fed as Fed]));
  return {
    local,
    consumers: local.consumers as Consumers,
    folder,
    async put(sk, more = {}) {
      await client.send(new PutCommand({ TableName, Item: { pk: 'one', sk, ...more } }));
    },
    async addOne(sk) {
      const adding = { UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } };
      await client.send(new UpdateCommand({ TableName, Key: { pk: 'one', sk }, ...adding }));
    },
    async remove(sk) {
      await client.send(new DeleteCommand({ TableName, Key: { pk: 'one', sk } }));
    },
    fed,
    fedKeys: async () =>
      (await fed()).map(({ Records }) => Records.map(({ dynamodb }) => dynamodb?.Keys?.sk?.S)),
    onFailureRecords: () => local.consumers?.onFailureRecords().map((line) => JSON.parse(line)) ?? [],
  };
}

function addConsumer(stack: Stack, mapping: Mapping): void {
  const table = stack.node
    .findAll()
    .find((construct) => construct instanceof CfnGlobalTable) as CfnGlobalTable;
  table.addPropertyOverride('StreamSpecification', { StreamViewType: 'NEW_AND_OLD_IMAGES' });
  const consumer = new LambdaFunction(stack, 'consume', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(join(import.meta.dirname, 'fixture/functions/consume')),
    loggingFormat: LoggingFormat.JSON,
    memorySize: 256,
    timeout: Duration.seconds(1),
  });
  const queue = new Queue(stack, 'OnFailure', { queueName: 'on-failure' });
  new CfnEventSourceMapping(stack, 'Consumer', {
    functionName: consumer.functionArn,
    eventSourceArn: table.attrStreamArn,
    startingPosition: 'TRIM_HORIZON',
    destinationConfig: { onFailure: { destination: queue.queueArn } },
    ...mapping,
  });
}
