// Several stages in one app, each with its configuration and its account.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../infra/config.ts';
import { refusalOf } from '../../infra/credentials.ts';
import { loadStages } from '../../infra/stages.ts';
import { errorOf, file, load } from './config-file.ts';
import { identityIn, startFakeAws } from './fake-aws.ts';
import { ACCOUNT, placed, placedWithAll, REGION } from './placed.ts';
import { synthesiseStage } from './synthesise.ts';
import { configured, deployedFolders, dev, prod } from './template.ts';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-stages-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (fields: unknown) => writeFileSync(file, JSON.stringify(fields));
const stagesOf = (stage: string | undefined, fields?: unknown) => {
  if (fields !== undefined) {
    write(fields);
  }
  return loadStages(stage, fields === undefined ? undefined : file);
};

describe('the stages of an app', () => {
  it('are all of them, or the one that is named', () => {
    expect(stagesOf(undefined)).toEqual([loadConfig('dev'), loadConfig('prod')]);
    expect(stagesOf('prod')).toEqual([loadConfig('prod')]);
  });

  it('have their fields in one file, each under its name', () => {
    const byStage = { dev: { logRetentionDays: 7 }, prod: { ...placed, logRetentionDays: 30 } };
    expect(stagesOf(undefined, byStage)).toMatchObject([{ logRetentionDays: 7, env: null }, byStage.prod]);
    expect(stagesOf('dev', byStage)).toMatchObject([{ stage: 'dev', logRetentionDays: 7 }]);
  });

  it('keep their defaults where the file does not name them', () => {
    expect(stagesOf('prod', { dev: { logRetentionDays: 7 } })).toEqual([loadConfig('prod')]);
    expect(stagesOf(undefined, {})).toEqual([loadConfig('dev'), loadConfig('prod')]);
  });

  it('take a file with the fields of one stage where that stage is named, as before', () => {
    expect(stagesOf('dev', { logRetentionDays: 7 })).toEqual([load({ logRetentionDays: 7 })]);
  });

  it('do not share the fields of one stage', () => {
    expect(errorOf(() => stagesOf(undefined, { logRetentionDays: 7 }))).toBe(
      `The configuration file ${file} holds the fields of one stage, and all stages are synthesised. ` +
        'Name the stage (--context stage=dev), or give each stage its fields: { "dev": { … }, "prod": { … } }',
    );
  });

  it('do not share a domain', () => {
    const { env, domain } = placed;
    expect(errorOf(() => stagesOf(undefined, { dev: { env, domain }, prod: { env, domain } }))).toBe(
      'Two stages have the same domain.name, api.example.com: give each stage its own',
    );
  });

  it.each([
    ['a field beside them', { dev: {}, logRetentionDays: 7 }, 'stage dev'],
    ['a stage that is no object', { prod: null, dev: {} }, 'stages prod, dev'],
  ])('are refused with %s', (_what, fields, named) => {
    expect(errorOf(() => stagesOf('prod', fields))).toBe(
      `The configuration file ${file} names the ${named}, so it must hold nothing but stages, each with an object of its fields`,
    );
  });
});

/** The names that CloudFormation would give to things, where it does not make them up. */
function physicalNames({ template }: typeof dev): string[] {
  return Object.values(template.Resources).flatMap(({ Type, Properties }) =>
    [
      'TableName',
      'FunctionName',
      'RoleName',
      'AlarmName',
      'DashboardName',
      'TopicName',
      'QueueName',
      'LogGroupName',
      'ApplicationName',
      'DeploymentGroupName',
      'DomainName',
    ]
      .filter(
        (property) =>
          Properties?.[property] !== undefined && !JSON.stringify(Properties[property]).startsWith('{"Ref"'),
      )
      .map((property) => `${Type} ${JSON.stringify(Properties[property])}`),
  );
}

it('two stages have no name in common, so that they could share an account', () => {
  const names = physicalNames(dev);
  expect(names.length).toBeGreaterThan(20);
  expect(physicalNames(prod).filter((name) => names.includes(name))).toEqual([]);
});

describe('credentials', () => {
  const { env } = placed;
  const of = (account: string, more = {}) => ({
    CDK_DEFAULT_ACCOUNT: account,
    CDK_DEFAULT_REGION: 'us-east-1',
    ...more,
  });

  it('that are absent deploy nothing, so nothing is refused', () => {
    expect(refusalOf({ stage: 'prod', env: null }, {}, true)).toBeUndefined();
    expect(refusalOf({ stage: 'prod', env }, { AWS_REGION: 'us-east-1' }, true)).toBeUndefined();
  });

  it('of any account may deploy dev, unless it names one', () => {
    expect(refusalOf({ stage: 'dev', env: null }, of('111111111111'), true)).toBeUndefined();
    expect(refusalOf({ stage: 'dev', env }, of('111111111111'), true)).toContain(
      'Use credentials for 222222222222',
    );
  });

  it('may not deploy another stage that names no account', () => {
    expect(refusalOf({ stage: 'prod', env: null }, of('111111111111'), false)).toBe(
      'Stage "prod" names no account, and these credentials are for account 111111111111. If that is the account of prod, ' +
        'put "env": { "account": "111111111111", "region": "us-east-1" } into its configuration (--context config=<file>)',
    );
  });

  it('of another account are refused, with both accounts', () => {
    expect(refusalOf({ stage: 'prod', env }, of('111111111111'), true)).toBe(
      'Stage "prod" is configured for account 222222222222 and region eu-central-1 (env), and these credentials are for account 111111111111. Use credentials for 222222222222',
    );
  });

  it('for another region are refused, with both regions', () => {
    expect(refusalOf({ stage: 'prod', env }, of(ACCOUNT, { AWS_REGION: 'us-east-1' }), true)).toBe(
      'Stage "prod" is configured for account 222222222222 and region eu-central-1 (env), and AWS_REGION is us-east-1. Set AWS_REGION to eu-central-1',
    );
    expect(
      refusalOf({ stage: 'prod', env }, of(ACCOUNT, { AWS_DEFAULT_REGION: 'us-east-1' }), true),
    ).toContain('us-east-1');
    expect(refusalOf({ stage: 'prod', env }, of(ACCOUNT, { AWS_REGION: REGION }), true)).toBeUndefined();
    expect(refusalOf({ stage: 'prod', env }, of(ACCOUNT), true)).toBeUndefined();
  });

  it('need not be those of every stage of an app', () => {
    expect(refusalOf({ stage: 'prod', env }, of('111111111111'), false)).toBeUndefined();
  });
});

interface Manifest {
  readonly artifacts: Record<
    string,
    { type: string; environment?: string; properties?: { tags?: Record<string, string> } }
  >;
}

async function runApp(name: string, context: Record<string, string>, env: Record<string, string> = {}) {
  const outdir = join(folder, name);
  const { context: flags } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  await promisify(execFile)(process.execPath, ['infra/app.ts'], {
    env: { ...env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...context }) },
  });
  const { artifacts }: Manifest = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'));
  return new Map(Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack'));
}

describe('the app', () => {
  const STACKS = ['dev', 'prod'].flatMap((stage) => [
    `MoonbornChatSessions-${stage}-Data`,
    `MoonbornChatSessions-${stage}`,
  ]);

  it('has the stacks of both stages under their old names, each in its account, with tags for all that it holds', async () => {
    write({ dev: {}, prod: placed });
    const stacks = await runApp('placed', { config: file }, { CDK_DEFAULT_ACCOUNT: '111111111111' });
    expect([...stacks.keys()].sort()).toEqual([...STACKS].sort());
    const of = (name: string) => ({
      environment: stacks.get(name)?.environment,
      tags: stacks.get(name)?.properties?.tags,
    });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const tags = { service: 'moonborn-chat-sessions', stage: 'prod', owner: 'chat team' };
    expect(of('MoonbornChatSessions-prod')).toEqual({
      environment: `aws://${ACCOUNT}/${REGION}`,
      tags: { ...tags, version },
    });
    // A release must not touch the table, so it is not tagged with the version.
    expect(of('MoonbornChatSessions-prod-Data')).toEqual({ environment: `aws://${ACCOUNT}/${REGION}`, tags });
    expect(of('MoonbornChatSessions-dev').environment).toBe('aws://unknown-account/unknown-region');
  });

  it('stops the command line from deploying prod into whichever account it has credentials for', async () => {
    const aws = await startFakeAws(identityIn('111111111111'));
    try {
      const deployed = await aws.cdk(
        'deploy',
        'MoonbornChatSessions-prod*',
        '--output',
        join(folder, 'unplaced'),
      );
      expect(deployed).toMatchObject({
        code: 1,
        output: expect.stringContaining('Stage "prod" names no account'),
      });
      expect(new Set(aws.asked.map(({ action }) => action))).toEqual(new Set(['GetCallerIdentity']));
    } finally {
      aws.close();
    }
  });
});

it('the command line itself refuses credentials of another account than an assembly names, and touches nothing', async () => {
  write(placedWithAll);
  const { assembly } = synthesiseStage(join(folder, 'assembly'), deployedFolders(configured), 'prod', file);
  const aws = await startFakeAws(identityIn('111111111111'));
  try {
    const { code, output } = await aws.cdk(
      'deploy',
      '--all',
      '--app',
      assembly,
      '--require-approval',
      'never',
    );
    expect(code).toBe(1);
    expect(output).toContain('current credentials (which are for account 111111111111)');
    // It tries to take the roles of the configured account, in the configured region, and stops there.
    expect(new Set(aws.asked.map(({ action }) => action))).toEqual(
      new Set(['GetCallerIdentity', 'AssumeRole']),
    );
    const roles = aws.asked.filter(({ action }) => action === 'AssumeRole');
    expect(new Set(roles.map(({ region }) => region))).toEqual(new Set([REGION]));
    expect(aws.allowed.map(({ action }) => action)).toEqual(['GetCallerIdentity']);
  } finally {
    aws.close();
  }
});
