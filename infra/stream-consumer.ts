// A consumer of the table's stream: a function that Lambda invokes with the writes of sessions, in order and with retries.
import { Duration, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  EventSourceMapping,
  type EventSourceMappingOptions,
  FilterCriteria,
  FilterRule,
  type IFunction,
  type Function as LambdaFunction,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';
import { FIVE_MINUTES } from './metrics.ts';
import type { SessionsTable } from './sessions-table-stack.ts';

export interface StreamConsumerProps {
  readonly table: SessionsTable;
  readonly encryption: Encryption;
  readonly consumer: { readonly function: LambdaFunction; readonly alias: Alias };
  readonly mapping: Omit<EventSourceMappingOptions, 'eventSourceArn' | 'onFailure' | 'filters'>;
}

/** Long enough for slow calls to other services, and short enough not to delay the retry of a batch. */
export const CONSUMER_SIZE = { memoryMb: 256, timeoutSeconds: 60, reservedConcurrency: null };

/** Removals by TTL, and items that are not sessions, invoke nothing and cost nothing. */
const WRITES_OF_SESSIONS = FilterCriteria.filter({
  eventName: FilterRule.or('INSERT', 'MODIFY'),
  dynamodb: { Keys: { sk: { S: FilterRule.beginsWith('WS#') } } },
});

const READ_STREAM = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
];

export class StreamConsumer extends Construct {
  /** Holds dead-letter records with the position of discarded records in the stream, which keeps them for a day. */
  readonly deadLetters: Queue;
  /** How often Lambda polled the stream for this mapping, with or without new records; no data points while it is disabled. */
  readonly polls: Metric;

  constructor(scope: Construct, id: string, { table, consumer, mapping, encryption }: StreamConsumerProps) {
    super(scope, id);
    const streamArn = table.tableStreamArn as string;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...encryption.queue,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const reason = 'It is itself a dead-letter queue, and no consumer receives from it.';
    Validations.of(this.deadLetters).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-SQS3', reason },
      { id: 'Serverless::Serverless-SQSRedrivePolicy', reason },
    );
    // Instead of `DynamoEventSource` of the CDK, which would allow the function to list the streams of every table.
    const readStream = new PolicyStatement({ actions: READ_STREAM, resources: [streamArn] });
    consumer.function.addToRolePolicy(readStream);
    encryption.grantUse(consumer.function, 'dynamodb');
    // Instead of `SqsDlq` of the CDK, which would also allow the queue's attributes, and every use of its key.
    consumer.function.addToRolePolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
    );
    encryption.grantUse(consumer.function, 'sqs');
    const events = new EventSourceMapping(this, 'Mapping', {
      ...mapping,
      target: consumer.alias as IFunction,
      eventSourceArn: streamArn,
      filters: [WRITES_OF_SESSIONS],
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    this.polls = new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'PolledEventCount',
      dimensionsMap: { EventSourceMappingUUID: events.eventSourceMappingId },
      statistic: Stats.SAMPLE_COUNT,
      period: FIVE_MINUTES,
    });
    // Lambda reads the stream while it creates the mapping, so the permission must exist before.
    events.node.addDependency(consumer.function);
  }
}

/** Once a minute, so that many records become one write. The tumbling window adds the name of the shard to the event. */
export const COUNT_MAPPING = {
  startingPosition: StartingPosition.TRIM_HORIZON,
  batchSize: 1_000,
  maxBatchingWindow: Duration.minutes(1),
  tumblingWindow: Duration.minutes(1),
  bisectBatchOnError: true,
  // Nearly as long as the stream keeps a record.
  maxRecordAge: Duration.hours(23),
} satisfies StreamConsumerProps['mapping'];

/** Retries outlast an event bus that is down for hours. A record that can't be published blocks its shard for at most 12 hours. */
export const PUBLISH_MAPPING = {
  startingPosition: StartingPosition.TRIM_HORIZON,
  batchSize: 100,
  maxBatchingWindow: Duration.seconds(1),
  bisectBatchOnError: true,
  reportBatchItemFailures: true,
  retryAttempts: 1_000,
  maxRecordAge: Duration.hours(12),
} satisfies StreamConsumerProps['mapping'];
