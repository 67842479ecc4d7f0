// What holds data keeps its name for ever: CloudFormation replaces a resource whose logical id changes.
import { describe, expect, it } from 'vitest';
import { dev, prod, type Synthesis } from './template.ts';

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

  it('the service finds the table by exports whose names stay, and which CloudFormation guards', () => {
    const names = Object.values(data.Outputs).map(({ Export }) => Export?.Name);
    expect(names.sort()).toEqual([
      `MoonbornChatSessions-${stage}-Data:ExportsOutputFnGetAttSessions8896A56DArn139254BE`,
      `MoonbornChatSessions-${stage}-Data:ExportsOutputRefSessions8896A56D1C695576`,
    ]);
    expect(importsOf(service)).toEqual(new Set(names));
  });
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
