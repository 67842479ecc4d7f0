// A function that follows the table's stream: fed with the writes of sessions in order, and again until it takes them.
import { Duration, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
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
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FIVE_MINUTES } from './metrics.ts';

export interface StreamConsumerProps {
  readonly table: TableV2;
  readonly consumer: { readonly function: LambdaFunction; readonly live: Alias };
  readonly mapping: Omit<EventSourceMappingOptions, 'eventSourceArn' | 'onFailure' | 'filters'>;
}

/** Long enough for whatever else is slow, and no reason to hold a batch longer. */
export const CONSUMER_SIZE = { memoryMb: 256, timeoutSeconds: 60, reservedConcurrency: null };

/** What TTL removes, and what is no session, costs nothing then. */
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
  /** Where in the stream what was given up stands; the stream itself has it for a day. */
  readonly deadLetters: Queue;
  /** How often Lambda read the stream for this mapping, also when there was nothing new; none while it is disabled. */
  readonly polls: Metric;

  constructor(scope: Construct, id: string, { table, consumer, mapping }: StreamConsumerProps) {
    super(scope, id);
    const streamArn = table.tableStreamArn as string;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const reason = 'It is itself the place for what was given up; nothing receives from it that could fail.';
    Validations.of(this.deadLetters).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-SQS3', reason },
      { id: 'Serverless::Serverless-SQSRedrivePolicy', reason },
    );
    // Instead of the event source of the library, which would let the function list the streams of every table.
    const readStream = new PolicyStatement({ actions: READ_STREAM, resources: [streamArn] });
    consumer.function.addToRolePolicy(readStream);
    const events = new EventSourceMapping(this, 'Mapping', {
      ...mapping,
      target: consumer.live as IFunction,
      eventSourceArn: streamArn,
      filters: [WRITES_OF_SESSIONS],
      onFailure: new SqsDlq(this.deadLetters),
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    this.polls = new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'PolledEventCount',
      dimensionsMap: { EventSourceMappingUUID: events.eventSourceMappingId },
      statistic: Stats.SAMPLE_COUNT,
      period: FIVE_MINUTES,
    });
    // Lambda tries to read the stream while the mapping is made.
    events.node.addDependency(consumer.function);
  }
}

/** Once a minute, so that many records are one write; the window is there for the name of the shard. */
export const COUNT_MAPPING = {
  startingPosition: StartingPosition.TRIM_HORIZON,
  batchSize: 1_000,
  maxBatchingWindow: Duration.minutes(1),
  tumblingWindow: Duration.minutes(1),
  bisectBatchOnError: true,
  // Nothing is given up before the stream itself forgets it.
  maxRecordAge: Duration.hours(23),
} satisfies StreamConsumerProps['mapping'];

/** An event bus that is out for hours is outlasted; a record that can't be published holds the others up for less. */
export const PUBLISH_MAPPING = {
  startingPosition: StartingPosition.TRIM_HORIZON,
  batchSize: 100,
  maxBatchingWindow: Duration.seconds(1),
  bisectBatchOnError: true,
  reportBatchItemFailures: true,
  retryAttempts: 1_000,
  maxRecordAge: Duration.hours(12),
} satisfies StreamConsumerProps['mapping'];
