// Who is told, and of what.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sessionsByUser } from '../../functions/routes.ts';
import { evaluate } from '../alarms/metric-math.ts';
import {
  AUTHORIZER,
  configured,
  dev,
  functionOf,
  type Named,
  only,
  PREFLIGHT,
  prod,
  referredTo,
  resources,
  type Synthesis,
} from './template.ts';

interface MetricStat {
  readonly Metric: {
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Value: unknown }[];
  };
  readonly Stat: string;
  readonly Period: number;
}

const alarms = resources('AWS::CloudWatch::Alarm', prod);

describe.each(alarms.map((alarm) => [String(alarm.Properties.AlarmName), alarm]))(
  'the alarm %s',
  (name, alarm) => {
    it('tells when it fires and when it is over', () => {
      const topic = only('AWS::SNS::Topic', prod).id;
      for (const actions of [alarm.Properties.AlarmActions, alarm.Properties.OKActions]) {
        expect(actions).toEqual([{ Ref: topic }]);
      }
    });

    it('is quiet when nothing happens', () => {
      expect(alarm.Properties.TreatMissingData).toBe('notBreaching');
    });

    it('says what is wrong, and docs/operations.md says which fault fires it', () => {
      expect(alarm.Properties.AlarmDescription.length).toBeGreaterThan(20);
      const kind = name
        .replace('MoonbornChatSessions-prod-', '')
        .replace(/^.*(Errors|Throttles|Latency)$/, (all, what) =>
          /^(Api|Table)/.test(all) ? all : `<function>${what}`,
        );
      expect(readFileSync('docs/operations.md', 'utf8')).toContain(`\`${kind}\``);
    });
  },
);

describe('the alarm on calls that the gateway turns away', () => {
  const { Properties } = resources('AWS::CloudWatch::Alarm', configured).find(
    ({ Properties: { AlarmName } }) => AlarmName === 'MoonbornChatSessions-prod-ApiThrottles',
  ) as Named;
  const { Expression } = Properties.Metrics.find((part: { Expression?: string }) => part.Expression);

  it('looks at a minute of the API and of the two functions that are invoked first', () => {
    const [, ...metrics] = Properties.Metrics;
    expect(
      metrics.map(({ MetricStat: { Metric, Stat, Period } }: { MetricStat: MetricStat }) => [
        Metric.MetricName,
        ...Metric.Dimensions.map(({ Value }) => referredTo(Value)),
        Stat,
        Period,
      ]),
    ).toEqual([
      ['Count', only('AWS::ApiGatewayV2::Api', configured).id, 'Sum', 60],
      ['4xx', only('AWS::ApiGatewayV2::Api', configured).id, 'Sum', 60],
      ...[AUTHORIZER, PREFLIGHT].map((name) => {
        const { id } = functionOf(name, configured);
        return ['Invocations', id, id, 'Sum', 60];
      }),
    ]);
  });

  it.each<[what: string, values: Record<string, number | undefined>, fires: boolean]>([
    ['nothing', { calls: 0, refused: 0 }, false],
    ['calls that went well', { calls: 5_000, refused: 0, invoked0: 5_000 }, false],
    [
      'refusals of our own, 429 of a limit among them',
      { calls: 5_000, refused: 4_000, invoked0: 5_000 },
      false,
    ],
    ['a burst of one caller', { calls: 100, refused: 9, invoked0: 91 }, false],
    ['one call in a hundred turned away', { calls: 5_000, refused: 50, invoked0: 4_950 }, false],
    ['one call in twenty turned away', { calls: 5_000, refused: 250, invoked0: 4_750 }, true],
    ['all calls turned away', { calls: 5_000, refused: 5_000 }, true],
    [
      'preflights that our function answered',
      { calls: 5_000, refused: 0, invoked0: 2_500, invoked1: 2_500 },
      false,
    ],
    ['preflights that the gateway answered', { calls: 5_000, refused: 20, invoked0: 2_500 }, false],
    ['minutes that begin at different times', { calls: 5_000, refused: 60, invoked0: 4_800 }, false],
    ['more invocations than calls have ended', { calls: 5_000, refused: 60, invoked0: 5_100 }, false],
  ])('takes %s for what it is', (_what, values, fires) => {
    const given = {
      calls: undefined,
      refused: undefined,
      invoked0: undefined,
      invoked1: undefined,
      ...values,
    };
    const percent = evaluate(Expression, new Map(Object.entries(given)));
    expect(Properties.ComparisonOperator).toBe('GreaterThanOrEqualToThreshold');
    expect((percent ?? 0) >= Properties.Threshold).toBe(fires);
  });
});

describe('the alarms on the index of sessions by user', () => {
  const onIndex = (synthesis: Synthesis) =>
    resources('AWS::CloudWatch::Alarm', synthesis).filter(({ Properties: { Dimensions = [] } }) =>
      Dimensions.some(({ Name }: { Name: string }) => Name === 'GlobalSecondaryIndexName'),
    );

  it('look at the throttles of that index, which those of the table leave out', () => {
    const table = only('AWS::DynamoDB::GlobalTable', configured).id;
    expect(
      onIndex(configured).map(({ Properties: { MetricName, Dimensions } }) => [
        MetricName,
        ...Dimensions.map(({ Value }: { Value: unknown }) =>
          typeof Value === 'string' ? Value : referredTo(Value),
        ),
      ]),
    ).toEqual([
      ['ReadThrottleEvents', sessionsByUser.name, table],
      ['WriteThrottleEvents', sessionsByUser.name, table],
    ]);
  });

  it('are there only with the index, and documented', () => {
    expect(onIndex(prod)).toEqual([]);
    const operations = readFileSync('docs/operations.md', 'utf8');
    for (const { Properties } of onIndex(configured)) {
      expect(operations).toContain(`\`${Properties.AlarmName.replace('MoonbornChatSessions-prod-', '')}\``);
    }
  });
});

describe('the topic of the alarms', () => {
  it('is published to by CloudWatch of this account, encrypted on its way, and by nobody else', () => {
    const { Statement } = only('AWS::SNS::TopicPolicy', prod).Properties.PolicyDocument;
    const topic = only('AWS::SNS::Topic', prod).id;
    expect(Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
    for (const { Resource } of Statement) {
      expect(referredTo(Resource)).toBe(topic);
    }
  });

  it('reaches the addresses that were configured, and nobody until then', () => {
    expect(resources('AWS::SNS::Subscription', dev)).toEqual([]);
    expect(only('AWS::SNS::Subscription', configured).Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'operators@example.com',
    });
  });
});

it('the thresholds are those that were configured', () => {
  const thresholdOf = (id: string) =>
    resources('AWS::CloudWatch::Alarm', configured).find(
      ({ Properties }) => Properties.AlarmName === `MoonbornChatSessions-prod-${id}`,
    )?.Properties.Threshold;
  expect(thresholdOf('ApiServerErrors')).toBe(9);
  expect(thresholdOf('AuthorizerUnavailable')).toBe(9);
  expect(thresholdOf('StartChatSessionLatency')).toBe(700);
});
