// What the diff of pull requests asks of AWS: the real command line, before an account that allows what the role of pull requests may do.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prod } from './template.ts';

const ACCOUNT = '111111111111';
const DEPLOYED = JSON.stringify({ Resources: {} });

/** Everybody may ask who they are; the rest is the role's policy in test/infra/github-access.test.ts. */
const ANSWERS: Readonly<Record<string, (stackName: string) => string>> = {
  GetCallerIdentity: () =>
    `<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/MoonbornGitHubDiff/x</Arn><UserId>x</UserId><Account>${ACCOUNT}</Account>`,
  DescribeStacks: (name) =>
    `<Stacks><member><StackName>${name}</StackName><StackId>arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/${name}/x</StackId>` +
    '<StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime></member></Stacks>',
  GetTemplate: () => `<TemplateBody>${DEPLOYED}</TemplateBody>`,
};

const home = mkdtempSync(join(tmpdir(), 'moonborn-diff-'));
const asked: string[] = [];
const allowed: string[] = [];
let aws: Server;

beforeAll(async () => {
  aws = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const action = form.get('Action') ?? `${request.method} ${request.url}`;
      const answer = ANSWERS[action]?.(form.get('StackName') ?? '');
      asked.push(action);
      response.setHeader('content-type', 'text/xml');
      if (answer === undefined) {
        response.statusCode = 403;
        response.end('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>');
      } else {
        allowed.push(`${action} ${form.get('StackName') ?? ''}`.trim());
        response.end(`<${action}Response><${action}Result>${answer}</${action}Result></${action}Response>`);
      }
    });
  });
  await new Promise<void>((listening) => aws.listen(0, '127.0.0.1', listening));
});

afterAll(() => {
  aws.closeAllConnections();
  aws.close();
  rmSync(home, { recursive: true });
});

it('is to read the templates of the two stacks; what else it tries is denied, and it shows the difference without it', async () => {
  const { port } = aws.address() as AddressInfo;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join('node_modules', '.bin', 'cdk'), 'diff', '--method', 'template', '--app', prod.assembly],
    {
      env: {
        PATH: process.env.PATH,
        HOME: home,
        CDK_HOME: home,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      },
    },
  );
  expect(stdout + stderr).toContain('Number of stacks with differences: 2');
  expect(stdout + stderr).toContain('AWS::DynamoDB::GlobalTable');
  expect(new Set(allowed)).toEqual(
    new Set([
      'GetCallerIdentity',
      'DescribeStacks MoonbornChatSessions-prod-Data',
      'GetTemplate MoonbornChatSessions-prod-Data',
      'DescribeStacks MoonbornChatSessions-prod',
      'GetTemplate MoonbornChatSessions-prod',
    ]),
  );
  // The lookup role of the bootstrap may read everything in the account: the diff must not need it.
  expect(new Set(asked.filter((action) => !(action in ANSWERS)))).toEqual(new Set(['AssumeRole']));
});
