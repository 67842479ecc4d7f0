// What the diff of pull requests asks of AWS: the real command line, before an account that allows what the role of pull requests may do.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Call, type FakeAws, identityIn, startFakeAws } from './fake-aws.ts';
import { prod } from './template.ts';

const ACCOUNT = '111111111111';
const DEPLOYED = JSON.stringify({ Resources: {} });

/** The role's policy in test/infra/github-access.test.ts. */
const ALLOWED: Parameters<typeof startFakeAws>[0] = {
  ...identityIn(ACCOUNT),
  DescribeStacks: (name) =>
    `<Stacks><member><StackName>${name}</StackName><StackId>arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/${name}/x</StackId>` +
    '<StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime></member></Stacks>',
  GetTemplate: () => `<TemplateBody>${DEPLOYED}</TemplateBody>`,
};

let aws: FakeAws;
beforeAll(async () => {
  aws = await startFakeAws(ALLOWED);
});
afterAll(() => aws.close());

it('is to read the templates of the two stacks; what else it tries is denied, and it shows the difference without it', async () => {
  const { output } = await aws.cdk('diff', '--method', 'template', '--app', prod.assembly);
  expect(output).toContain('Number of stacks with differences: 2');
  expect(output).toContain('AWS::DynamoDB::GlobalTable');
  const named = ({ action, stackName }: Call) => `${action} ${stackName}`.trim();
  expect(new Set(aws.allowed.map(named))).toEqual(
    new Set([
      'GetCallerIdentity',
      'DescribeStacks MoonbornChatSessions-prod-Data',
      'GetTemplate MoonbornChatSessions-prod-Data',
      'DescribeStacks MoonbornChatSessions-prod',
      'GetTemplate MoonbornChatSessions-prod',
    ]),
  );
  // The lookup role of the bootstrap may read everything in the account: the diff must not need it.
  const denied = aws.asked.map(({ action }) => action).filter((action) => !(action in ALLOWED));
  expect(new Set(denied)).toEqual(new Set(['AssumeRole']));
});
