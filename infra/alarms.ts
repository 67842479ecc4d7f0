// What somebody must be told of, each with the fault that fires it in docs/operations.md.
import { Stack, Validations } from 'aws-cdk-lib';
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
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import { AUTHORIZE, callsEnding, latencyOf, MINUTE, sumOfIndex, turnedAwayByGateway } from './metrics.ts';

export interface AlarmsProps {
  readonly config: Config['alarms'];
  /** Of the functions' own metrics. */
  readonly namespace: string;
  readonly api: HttpApi;
  /** The functions of which one is invoked first for every call that the gateway lets through. */
  readonly invokedFirst: readonly Alias[];
  readonly table: TableV2;
  /** Whether the table has the index of sessions by user. */
  readonly sessionsByUser: boolean;
}

/** Throttled calls a minute that are more than a table growing into its load. */
const THROTTLED_CALLS_PER_MINUTE = 10;

const BEHIND_MAX_MS = 600_000;

/** Of all calls in a minute; fewer are a burst of one caller, who tries again. */
const TURNED_AWAY_PERCENT = 5;

export interface StreamFollower {
  readonly name: string;
  readonly live: Alias;
  readonly deadLetters: Queue;
  /** Has a data point whenever Lambda reads the stream, also when it finds nothing. */
  readonly polls: IMetric;
}

export class Alarms extends Construct {
  readonly #config: Config['alarms'];
  readonly #topic: Topic;
  /** What a new version of any function may bring about. */
  readonly #ofEveryFunction: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { config, namespace, api, invokedFirst, table, sessionsByUser } = props;
    this.#config = config;
    this.#topic = this.#topicFor(config.emails);
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
          'Credentials cannot be checked: the table or the issuer of session JWTs is out of reach',
      }),
    ];
    this.#add('ApiThrottles', {
      metric: turnedAwayByGateway(api, invokedFirst),
      threshold: TURNED_AWAY_PERCENT,
      alarmDescription: `The gateway itself turns away ${TURNED_AWAY_PERCENT} % of the calls or more: the stage's throttle is reached, or somebody sends malformed requests`,
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

  /** @returns what takes a new version of this function back. */
  watch(name: string, live: Alias, { latency }: { latency: boolean }): readonly Alarm[] {
    return [
      ...this.#ofEveryFunction,
      this.#add(`${name}Errors`, {
        metric: live.metricErrors(PER_MINUTE),
        threshold: 1,
        alarmDescription: `${name} crashed, ran out of time, or could not be loaded; it answers every error that it knows`,
      }),
      this.#add(`${name}Throttles`, {
        metric: live.metricThrottles(PER_MINUTE),
        threshold: 1,
        alarmDescription: `${name} was not let run: its concurrency, or the account's, is used up`,
      }),
      ...(latency ? [this.#latencyAlarm(name, live)] : []),
    ];
  }

  /** What no new version brings about: the stream is not followed, or some of it was given up. */
  watchConsumer({ name, live, deadLetters, polls }: StreamFollower): void {
    this.#add(`${name}Behind`, {
      metric: live.metric('IteratorAge', { period: MINUTE, statistic: 'Maximum' }),
      threshold: BEHIND_MAX_MS,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      alarmDescription: `${name} is more than ten minutes behind the table: it fails, or what it needs does not answer`,
    });
    this.#add(`${name}NotPolling`, {
      metric: polls,
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      // A mapping that is disabled or stands still writes nothing at all, least of all an iterator age.
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `Lambda has not read the stream for ${name} in a quarter of an hour: its event source mapping is disabled, or can't read`,
    });
    this.#add(`${name}DeadLetters`, {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: 'Maximum' }),
      threshold: 1,
      alarmDescription: `${name} has given up a part of the stream, which the stream keeps for a day after it was written`,
    });
  }

  #latencyAlarm(name: string, live: Alias): Alarm {
    return this.#add(`${name}Latency`, {
      metric: latencyOf(live, 99, MINUTE),
      threshold: this.#config.p99LatencyMs,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      // One slow minute is a cold start or a hiccup. Few calls count too: "ignore" would wait for 1,000 in a minute.
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

  #topicFor(emails: readonly string[]): Topic {
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    // A policy of our own replaces the one that lets everything in the account publish.
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
      reason: 'A mail that cannot be delivered is of no use later; the alarm itself still says what it says.',
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
