// What holds data keeps its name for ever: CloudFormation replaces a resource whose logical id changes.
import { describe, expect, it } from 'vitest';
import { configured, dev, prod, type Synthesis } from './template.ts';

/** Types whose replacement or removal loses what customers stored. */
const STATEFUL =
  /^AWS::(DynamoDB|S3|RDS|EFS|SQS|Kinesis|KMS|Cognito|ElastiCache|OpenSearchService|SecretsManager)::/;

/** Changing a line here means moving data: read docs/decisions/table-in-its-own-stack.md first. */
const PINNED = ['Sessions8896A56D AWS::DynamoDB::GlobalTable'];

describe.each([
  ['dev', dev],
  ['prod', prod],
] as const)('in stage %s', (stage, synthesis) => {
  const { data, service } = synthesis.stacks;

  it('the stateful resources have the ids that they have always had, all in the stack of the data', () => {
    expect(statefulIn(data)).toEqual(PINNED);
    expect(statefulIn(service)).toEqual([]);
  });

  it('the stack of the data holds nothing else', () => {
    expect(Object.keys(data.Resources)).toHaveLength(PINNED.length);
  });

  it('the service finds the table and its stream by exports whose names stay, and which CloudFormation guards', () => {
    const name = (of: string) => `MoonbornChatSessions-${stage}-Data:ExportsOutput${of}`;
    const arn = name('FnGetAttSessions8896A56DArn139254BE');
    const stream = name('FnGetAttSessions8896A56DStreamArnE3DA3CCB');
    const table = name('RefSessions8896A56D1C695576');
    const exported = Object.values(data.Outputs).map(({ Export }) => Export?.Name);
    expect(exported.sort()).toEqual([arn, stream, table]);
    expect(importsOf(service)).toEqual(new Set([arn, table]));
  });
});

it('with whatever may be configured, nothing that customers stored is anywhere else', () => {
  expect(statefulIn(configured.stacks.data)).toEqual(PINNED);
  // What follows the stream keeps a note of where it gave up, which can be lost.
  const ofService = statefulIn(configured.stacks.service).map((id) =>
    id.replace(/(Policy)?[0-9A-F]{8} .*/, ''),
  );
  expect(new Set(ofService)).toEqual(new Set(['UsageStreamDeadLetters', 'EventsStreamDeadLetters']));
  expect(importsOf(configured.stacks.service)).toContain(
    'MoonbornChatSessions-prod-Data:ExportsOutputFnGetAttSessions8896A56DStreamArnE3DA3CCB',
  );
});

function statefulIn({ Resources }: Synthesis['template']): string[] {
  return Object.entries(Resources)
    .filter(([, { Type }]) => STATEFUL.test(Type))
    .map(([id, { Type }]) => `${id} ${Type}`);
}

function importsOf(template: Synthesis['template']): Set<string | undefined> {
  return new Set(
    [...JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name),
  );
}
