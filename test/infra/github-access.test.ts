// Who may deploy from GitHub: jobs of one repository, in the environment and on the branch of the stage, and nobody else.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { GitHubAccessStack } from '../../infra/github-access/github-access-stack.ts';

function synthesise(stage: string, hasProvider = false, qualifier = 'hnb659fds') {
  const props = { repository: 'moonborn/chat', stage, branch: 'main', qualifier, hasProvider };
  return Template.fromStack(new GitHubAccessStack(new App(), 'Access', props)).toJSON();
}

interface Statement {
  readonly Action: unknown;
  readonly Resource: unknown;
}

function resourcesOf(type: string, template: { readonly [section: string]: unknown }) {
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's own shapes
  return Object.entries(template.Resources as Record<string, any>).filter(([, { Type }]) => Type === type);
}

function roleOf(id: string, template: ReturnType<typeof synthesise>) {
  const found = resourcesOf('AWS::IAM::Role', template).filter(([logicalId]) => logicalId.startsWith(id));
  expect(found).toHaveLength(1);
  const [logicalId, { Properties }] = found[0] as (typeof found)[number];
  const statements: Statement[] = resourcesOf('AWS::IAM::Policy', template)
    .filter(([, policy]) => policy.Properties.Roles[0].Ref === logicalId)
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement);
  return { name: Properties.RoleName, trust: Properties.AssumeRolePolicyDocument.Statement, statements };
}

const ISSUER = 'token.actions.githubusercontent.com';

describe.each(['dev', 'prod'])('in the account of %s', (stage) => {
  const template = synthesise(stage);

  it('a pull request may read the templates of its stacks, and do nothing else', () => {
    const { trust, statements } = roleOf('Diff', template);
    expect(trust[0].Condition).toEqual({
      StringEquals: {
        [`${ISSUER}:aud`]: 'sts.amazonaws.com',
        [`${ISSUER}:sub`]: 'repo:moonborn/chat:pull_request',
      },
    });
    const stack = (name: string) => ({
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':cloudformation:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          `:stack/MoonbornChatSessions-${name}/*`,
        ],
      ],
    });
    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Action: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
        Resource: [stack(stage), stack(`${stage}-Data`)],
      },
    ]);
  });

  it('a job of its environment may deploy, from the branch that is deployed and from no other', () => {
    const { trust } = roleOf('Deploy', template);
    expect(trust).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: expect.anything() },
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: 'sts.amazonaws.com',
            [`${ISSUER}:sub`]: `repo:moonborn/chat:environment:${stage}`,
            [`${ISSUER}:ref`]: 'refs/heads/main',
          },
        },
      },
    ]);
  });

  it('who deploys takes the roles of the bootstrap that are needed, each by its name, and reaches the table of the stage', () => {
    const [take, table, ...others] = roleOf('Deploy', template).statements;
    const names = [...JSON.stringify(take?.Resource).matchAll(/cdk-hnb659fds-([a-z-]+)-role-/g)];
    expect(take?.Action).toBe('sts:AssumeRole');
    expect(names.map(([, purpose]) => purpose)).toEqual(['deploy', 'file-publishing', 'lookup']);
    expect(JSON.stringify(take)).not.toContain('*');
    expect(table?.Action).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:Query',
    ]);
    expect(JSON.stringify(table?.Resource)).toContain(`:table/MoonbornChatSessions-${stage}-Data-*"`);
    expect(others).toEqual([]);
  });
});

it('an account takes one stage: the roles of each stage have the same names, of which IAM allows one each', () => {
  for (const id of ['Diff', 'Deploy']) {
    const [dev, prod] = ['dev', 'prod'].map((stage) => roleOf(id, synthesise(stage)).name);
    expect(dev).toBe(`MoonbornGitHub${id}`);
    expect(prod).toBe(dev);
  }
});

describe('the identity provider of GitHub', () => {
  it('is made, in an account that has none', () => {
    expect(resourcesOf('AWS::IAM::OIDCProvider', synthesise('prod'))).toHaveLength(1);
  });

  it('is found by its name, in an account that has it', () => {
    const template = synthesise('prod', true);
    expect(resourcesOf('AWS::IAM::OIDCProvider', template)).toEqual([]);
    const { Federated } = roleOf('Deploy', template).trust[0].Principal;
    expect(JSON.stringify(Federated)).toContain(`:oidc-provider/${ISSUER}"`);
  });
});

describe('the app', () => {
  const run = (context: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['infra/github-access/app.ts'], {
      env: { CDK_CONTEXT_JSON: JSON.stringify(context) },
    }).catch((error) => error);

  it.each([
    [{}, /Which repository may deploy\? Got "".*\nWhich stage is deployed into this account\? Got ""/],
    [{ repository: 'moonborn/chat', stage: 'dev,prod' }, /Got "dev,prod".*Each stage has its own account/],
    [{ repository: 'moonborn', stage: 'dev' }, /Got "moonborn"; pass --context repository/],
    [{ repository: 'moonborn/chat', stage: 'dev', branch: 'a b' }, /Got "a b"; pass --context branch/],
    [{ repository: 'moonborn/chat', stage: 'dev', provider: 'yes' }, /Got "yes"; pass --context provider/],
  ])('called with %j says what is wrong, and makes nothing', async (context, message) => {
    expect(await run(context)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });
});
