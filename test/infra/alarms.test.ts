// Who is told, and of what.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configured, dev, only, prod, referredTo, resources } from './template.ts';

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
