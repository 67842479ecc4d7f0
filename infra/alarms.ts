// The alarms. docs/operations.md has the fault that fires each of them.
import { CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { Encryption } from './encryption.ts';
import { AUTHORIZE, callsEnding, latencyOf, MINUTE, sumOfIndex, turnedAwayByGateway } from './metrics.ts';
import type { SessionsTable } from './sessions-table-stack.ts';

export interface AlarmsProps {
  readonly config: Config['alarms'];
  /** The namespace of the functions' own metrics. */
  readonly namespace: string;
  readonly api: HttpApi;
  /** The functions of which one is invoked first for every call that API Gateway accepts. */
  readonly invokedFirst: readonly Alias[];
  readonly encryption: Encryption;
  readonly table: SessionsTable;
  /** Whether the table has the index of sessions by user. */
  readonly sessionsByUser: boolean;
}

/** Fewer throttled calls a minute are normal while a table scales up to its load. */
const THROTTLED_CALLS_PER_MINUTE = 10;

const BEHIND_MAX_MS = 600_000;

/** Of all calls in a minute. A smaller share is a burst of one caller, who retries. */
const TURNED_AWAY_PERCENT = 5;

export interface StreamFollower {
  readonly name: string;
  readonly alias: Alias;
  readonly deadLetters: Queue;
  /** Has a data point whenever Lambda reads the stream, even when it finds no record. */
  readonly polls: IMetric;
}

export class Alarms extends Construct {
  readonly #config: Config['alarms'];
  readonly #topic: Topic;
  /** Alarms that a new version of any function may cause. */
  readonly #ofEveryFunction: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { config, namespace, api, invokedFirst, table, sessionsByUser, encryption } = props;
    this.#config = config;
    this.#topic = this.#topicFor(config.emails, encryption);
    new CfnOutput(Stack.of(this), 'AlarmTopicArn', {
      value: this.#topic.topicArn,
      description: 'The topic of all alarms, for subscriptions of Slack, PagerDuty and the like',
    });
    this.#ofEveryFunction = [
      this.#add('ApiServerErrors', {
        metric: api.metricServerError({ period: MINUTE, statistic: 'Sum' }),
        threshold: config.serverErrorsPerMinute,
        alarmDescription: 'The API answers with 5xx',
      }),
      this.#add('AuthorizerUnavailable', {
        metric: callsEnding(namespace, AUTHORIZE, 'unavailable'),
        threshold: config.serverErrorsPerMinute,
        alarmDescription:
          'Credentials cannot be checked: the table or the issuer of session JWTs cannot be reached',
      }),
    ];
    this.#add('ApiThrottles', {
      metric: turnedAwayByGateway(api, invokedFirst),
      threshold: TURNED_AWAY_PERCENT,
      alarmDescription: `API Gateway itself refuses ${TURNED_AWAY_PERCENT} % of the calls or more: the stage's throttle is reached, or a caller sends malformed requests`,
    });
    const hot = "a persona's partition is hot";
    this.#add('TableReadThrottles', throttled(table.metric('ReadThrottleEvents', PER_MINUTE), 'reads', hot));
    this.#add(
      'TableWriteThrottles',
      throttled(table.metric('WriteThrottleEvents', PER_MINUTE), 'writes', hot),
    );
    if (sessionsByUser) {
      const ofUser = 'one user has too many sessions at once';
      for (const kind of ['Read', 'Write']) {
        const metric = sumOfIndex(table, `${kind}ThrottleEvents`, MINUTE);
        const what = `${kind.toLowerCase()}s of the index`;
        this.#add(`TableIndex${kind}Throttles`, throttled(metric, what, ofUser));
      }
    }
  }

  /** @returns the alarms that roll a new version of this function back. */
  watch(name: string, alias: Alias, { latency }: { latency: boolean }): readonly Alarm[] {
    return [
      ...this.#ofEveryFunction,
      this.#add(`${name}Errors`, {
        metric: alias.metricErrors(PER_MINUTE),
        threshold: 1,
        alarmDescription: `${name} crashed, timed out, or could not be loaded. Errors that it handles are not counted`,
      }),
      this.#add(`${name}Throttles`, {
        metric: alias.metricThrottles(PER_MINUTE),
        threshold: 1,
        alarmDescription: `${name} was throttled: its concurrency, or the account's, is used up`,
      }),
      ...(latency ? [this.#latencyAlarm(name, alias)] : []),
    ];
  }

  /** Alarms that a deployment cannot cause, so they never roll one back. */
  watchConsumer({ name, alias, deadLetters, polls }: StreamFollower): void {
    this.#add(`${name}Behind`, {
      metric: alias.metric('IteratorAge', { period: MINUTE, statistic: 'Maximum' }),
      threshold: BEHIND_MAX_MS,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      alarmDescription: `${name} is more than ten minutes behind the table: it fails, or a service that it calls does not answer`,
    });
    this.#add(`${name}NotPolling`, {
      metric: polls,
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      // A mapping that is disabled or stopped publishes no data points, and no iterator age either.
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `Lambda has not read the stream for ${name} in fifteen minutes: its event source mapping is disabled, or cannot read the stream`,
    });
    this.#add(`${name}DeadLetters`, {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: 'Maximum' }),
      threshold: 1,
      alarmDescription: `${name} has sent records of the stream to its dead-letter queue. The stream keeps them for a day after they were written`,
    });
  }

  #latencyAlarm(name: string, alias: Alias): Alarm {
    return this.#add(`${name}Latency`, {
      metric: latencyOf(alias, 99, MINUTE),
      threshold: this.#config.p99LatencyMs,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      // One slow minute may be a cold start. "evaluate", since "ignore" would wait for 1,000 calls in a minute.
      evaluationPeriods: 2,
      evaluateLowSampleCountPercentile: 'evaluate',
      alarmDescription: `One call in a hundred of ${name} takes longer than ${this.#config.p99LatencyMs} ms`,
    });
  }

  #add(id: string, props: Omit<AlarmProps, 'evaluationPeriods'> & { evaluationPeriods?: number }): Alarm {
    const alarm = new Alarm(this, id, {
      alarmName: `${Stack.of(this).stackName}-${id}`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    });
    const action = new SnsAction(this.#topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  }

  #topicFor(emails: readonly string[], { key }: Encryption): Topic {
    // Not under the key that AWS manages for SNS: CloudWatch cannot publish to such a topic.
    const topic = new Topic(this, 'Topic', { enforceSSL: true, ...(key && { masterKey: key }) });
    // Replaces the default policy, which allows every principal of the account to publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const email of emails) {
      topic.addSubscription(new EmailSubscription(email));
    }
    Validations.of(topic).acknowledge({
      id: 'Serverless::Serverless-SNSRedrivePolicy',
      reason:
        'An email that cannot be delivered is of no use later, and the state of the alarm remains visible.',
    });
    return topic;
  }
}

const PER_MINUTE = { period: MINUTE, statistic: 'Sum' } as const;

function throttled(metric: Metric, what: string, reason: string) {
  return {
    metric,
    threshold: THROTTLED_CALLS_PER_MINUTE,
    alarmDescription: `DynamoDB throttles ${what}: ${reason}, or the table's limits are reached`,
  };
}
