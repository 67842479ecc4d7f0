// Limits, usage and events: nothing of them until they are configured, and all that they need from then on.
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, readEndpointEnv, readEventsEnv } from '../../functions/env.ts';
import { limitActions, routes } from '../../functions/routes.ts';
import {
  configured,
  dev,
  functionBehindAlias,
  functionOf,
  type Named,
  only,
  prod,
  referredTo,
  resources,
  type Statement,
  statementsOf,
} from './template.ts';

const operations = Object.keys(routes);

function onTheTable(name: string): string[] {
  const table = only('AWS::DynamoDB::GlobalTable', configured).id;
  return statementsOf(functionOf(name, configured), configured)
    .filter(({ Resource }) => JSON.stringify(Resource) === JSON.stringify({ 'Fn::GetAtt': [table, 'Arn'] }))
    .flatMap(({ Action }) => Action)
    .sort();
}

function mappingOf(name: string): Named {
  const { id } = functionOf(name, configured);
  const found = resources('AWS::Lambda::EventSourceMapping', configured).filter(
    ({ Properties }) => functionBehindAlias(Properties.FunctionName, configured) === id,
  );
  expect(found).toHaveLength(1);
  return found[0] as Named;
}

describe.each([
  ['dev', dev],
  ['prod', prod],
])('in %s, until something is configured', (_stage, synthesis) => {
  it('no operation counts requests', () => {
    for (const operation of operations) {
      const { Variables } = functionOf(operation, synthesis).Properties.Environment;
      expect(readEndpointEnv({ ...Variables, TABLE_NAME: 'sessions' }).rateLimits).toBeUndefined();
    }
  });

  it.each(['AWS::Lambda::EventSourceMapping', 'AWS::SQS::Queue'])('there is no %s', (type) => {
    expect(resources(type, synthesis)).toEqual([]);
  });
});

describe('limits that were configured', () => {
  it.each(operations)('are what %s is told', (operation) => {
    const { Variables } = functionOf(operation, configured).Properties.Environment;
    expect(readEndpointEnv({ ...Variables, TABLE_NAME: 'sessions' }).rateLimits).toEqual({
      plans: { free: { requestsPerMinute: 60 }, team: { requestsPerMinute: 6_000 } },
      defaultPlan: 'free',
    });
  });

  it.each(Object.entries(routes))(
    'let %s read the plan and count, and do nothing else besides',
    (operation, route) => {
      expect(onTheTable(operation)).toEqual([...new Set([...route.tableActions, ...limitActions])].sort());
    },
  );
});

describe('usage that was configured', () => {
  it('is counted from the stream by a function that may add to the table, and do nothing else there', () => {
    expect(onTheTable('countUsage')).toEqual(['dynamodb:UpdateItem']);
  });

  it('is counted once a minute, in windows that name the shard, and given up by the stream only', () => {
    expect(mappingOf('countUsage').Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      TumblingWindowInSeconds: 60,
      MaximumBatchingWindowInSeconds: 60,
      MaximumRecordAgeInSeconds: 82_800,
    });
    const { MaximumRetryAttempts, ParallelizationFactor } = mappingOf('countUsage').Properties;
    expect([MaximumRetryAttempts, ParallelizationFactor]).toEqual([undefined, undefined]);
  });
});

describe('events that were configured', () => {
  it('are published by a function that knows its bus and may put events there, and never touches the table', () => {
    const lambda = functionOf('publishSessionEvents', configured);
    expect(readEventsEnv(lambda.Properties.Environment.Variables)).toEqual({
      eventBusName: 'moonborn-events',
      eventTypes: EVENT_TYPES.filter((type) => type !== 'chat.turn.recorded'),
    });
    expect(onTheTable('publishSessionEvents')).toEqual([]);
    const put = statementsOf(lambda, configured).find(
      ({ Action }) => Action === 'events:PutEvents',
    ) as Statement;
    expect(JSON.stringify(put.Resource)).toContain(':event-bus/moonborn-events"');
    expect(JSON.stringify(put.Resource)).not.toContain('*');
  });

  it('are tried again for half a day, in ever smaller batches, from the first that was not published', () => {
    expect(mappingOf('publishSessionEvents').Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 1_000,
      MaximumRecordAgeInSeconds: 43_200,
    });
    expect(mappingOf('publishSessionEvents').Properties.ParallelizationFactor).toBeUndefined();
  });
});

describe.each(['countUsage', 'publishSessionEvents'])('the function %s', (name) => {
  it('is fed with writes of sessions only, by the stream of the table', () => {
    const { EventSourceArn, FilterCriteria } = mappingOf(name).Properties;
    expect(EventSourceArn).toEqual({
      'Fn::GetAtt': [only('AWS::DynamoDB::GlobalTable', configured).id, 'StreamArn'],
    });
    expect(FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: [{ prefix: 'WS#' }] } } } },
    ]);
  });

  it('may read that stream, and no other', () => {
    const streamArn = { 'Fn::GetAtt': [only('AWS::DynamoDB::GlobalTable', configured).id, 'StreamArn'] };
    const onStream = statementsOf(functionOf(name, configured), configured).filter(
      ({ Resource }) => JSON.stringify(Resource) === JSON.stringify(streamArn),
    );
    expect(onStream.flatMap(({ Action }) => Action).sort()).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
    ]);
  });

  it('has a queue for what is given up, encrypted, for two weeks, and an alarm on its first message', () => {
    const queueId = referredTo(mappingOf(name).Properties.DestinationConfig.OnFailure.Destination);
    const queue = resources('AWS::SQS::Queue', configured).find(({ id }) => id === queueId);
    expect(queue?.Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
    const alarms = resources('AWS::CloudWatch::Alarm', configured).filter(({ Properties }) =>
      JSON.stringify(Properties.Dimensions ?? []).includes(queueId),
    );
    expect(alarms).toHaveLength(1);
    expect(alarms[0]?.Properties).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
    });
  });

  it('has an alarm for the time when it falls behind, and one for the time when nothing reads the stream for it', () => {
    const construct = name.charAt(0).toUpperCase() + name.slice(1);
    const names = resources('AWS::CloudWatch::Alarm', configured).map(
      ({ Properties }) => Properties.AlarmName,
    );
    expect(names).toContain(`MoonbornChatSessions-prod-${construct}Behind`);
    expect(names).toContain(`MoonbornChatSessions-prod-${construct}NotPolling`);
    // Without it Lambda counts no polls.
    expect(mappingOf(name).Properties.MetricsConfig).toEqual({ Metrics: ['EventCount'] });
  });

  it('comes into service as the others do, by its alias', () => {
    const released = resources('AWS::CodeDeploy::DeploymentGroup', configured);
    expect(released).toHaveLength(resources('AWS::Lambda::Function', configured).length);
    expect(functionBehindAlias(mappingOf(name).Properties.FunctionName, configured)).toBe(
      functionOf(name, configured).id,
    );
  });
});
