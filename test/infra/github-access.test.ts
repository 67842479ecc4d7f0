// Who may deploy from GitHub: jobs of one repository, in the environment of the stage, and nobody else.
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { GitHubAccessStack } from '../../infra/github-access/github-access-stack.ts';

const template = Template.fromStack(
  new GitHubAccessStack(new App(), 'Access', { repository: 'moonborn/chat', stages: ['dev', 'prod'] }),
).toJSON();

interface Statement {
  readonly Action: unknown;
  readonly Resource: unknown;
}

function resourcesOf(type: string) {
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's own shapes
  return Object.entries<any>(template.Resources).filter(([, { Type }]) => Type === type);
}

function roleOf(id: string) {
  const found = resourcesOf('AWS::IAM::Role').filter(([logicalId]) => logicalId.startsWith(id));
  expect(found).toHaveLength(1);
  const [logicalId, { Properties }] = found[0] as (typeof found)[number];
  const statements: Statement[] = resourcesOf('AWS::IAM::Policy')
    .filter(([, policy]) => policy.Properties.Roles[0].Ref === logicalId)
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement);
  return { trust: Properties.AssumeRolePolicyDocument.Statement, statements };
}

describe.each([
  ['Diff', 'repo:moonborn/chat:pull_request', ['lookup']],
  ['DeployDev', 'repo:moonborn/chat:environment:dev', ['deploy', 'file-publishing', 'lookup']],
  ['DeployProd', 'repo:moonborn/chat:environment:prod', ['deploy', 'file-publishing', 'lookup']],
])('the role %s', (id, subject, purposes) => {
  it(`is taken by ${subject} only`, () => {
    expect(roleOf(id).trust).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: expect.anything() },
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': subject,
          },
        },
      },
    ]);
  });

  it('may take those roles of the bootstrap that it needs, each by its name', () => {
    const [take, ...others] = roleOf(id).statements;
    const names = [...JSON.stringify(take?.Resource).matchAll(/cdk-hnb659fds-([a-z-]+)-role-/g)];
    expect(take?.Action).toBe('sts:AssumeRole');
    expect(names.map(([, purpose]) => purpose)).toEqual(purposes);
    expect(JSON.stringify(take)).not.toContain('*');
    expect(others).toHaveLength(id === 'Diff' ? 0 : 1);
  });
});

it('who deploys a stage reaches the table of that stage, and of no other', () => {
  for (const [id, stage] of [
    ['DeployDev', 'dev'],
    ['DeployProd', 'prod'],
  ] as const) {
    const [, table] = roleOf(id).statements;
    expect(table?.Action).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:Query',
    ]);
    expect(JSON.stringify(table?.Resource)).toContain(`:table/MoonbornChatSessions-${stage}-Data-*"`);
  }
});
