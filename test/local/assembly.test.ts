// What the local stack makes of a synthesised assembly, and what it refuses to run.
import { App, CfnCondition, CfnOutput, type CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { CfnApi, CfnApiMapping, CfnAuthorizer, CfnIntegration, CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { resolve, type Scope } from '../../local/assembly/intrinsics.ts';
import { readDeployment } from '../../local/assembly/read-deployment.ts';
import { readStacks } from '../../local/assembly/stacks.ts';
import { type Fixture, synthesiseFixture } from './fixture/synthesise-fixture.ts';
import { tempFolder } from './temp-folder.ts';

const PLACE = { region: 'eu-central-1', accountId: '000000000000' };

async function read(fixture: Fixture = {}) {
  const { assemblyFolder } = await synthesiseFixture(fixture);
  return readDeployment(assemblyFolder, PLACE);
}

/** The first resource of a class in the stack. */
function find<T>(stack: Stack, is: (construct: IConstruct) => construct is IConstruct & T): T {
  const found = stack.node.findAll().find(is);
  if (found === undefined) {
    throw new Error('The fixture has no such resource.');
  }
  return found;
}

const isFunction = (construct: IConstruct) => construct instanceof CfnFunction;

/** With another property in the first resource of that class; `undefined` takes it away. */
const withProperty =
  (resource: abstract new (...args: never[]) => CfnResource, name: string, value: unknown) =>
  (stack: Stack) =>
    find(stack, (construct) => construct instanceof resource).addPropertyOverride(name, value);

describe('A synthesised assembly', () => {
  it('names the function behind each route, also through an alias', async () => {
    const { api } = await read();
    const routes = api.routes.map(({ key, functionName }) => [key, functionName.replace(/[0-9A-F]{8}$/, '')]);
    expect(Object.fromEntries(routes)).toMatchObject({
      'GET /items/{id}': 'fixture-echo',
      'ANY /behave': 'fixture-behave',
    });
  });

  it('says which routes ask the authorizer', async () => {
    const { api } = await read();
    const guarded = api.routes.filter(({ authorizer }) => authorizer !== undefined);
    expect(guarded.map(({ key }) => key)).toEqual(['POST /items/{id}']);
    expect(guarded[0]?.authorizer?.functionName).toMatch(/^fixture-authorizer/);
  });

  it('says how long an integration may take', async () => {
    const { api } = await read();
    const limits = Object.fromEntries(
      api.routes.map(({ key, integrationTimeoutMs }) => [key, integrationTimeoutMs]),
    );
    expect(limits).toMatchObject({ 'GET /impatient': 200, 'ANY /behave': 30_000 });
  });

  it('gives resources the same names whenever it is read', async () => {
    const [first, second] = [await read(), await read()];
    expect(second.table.name).toBe(first.table.name);
    expect(second.api.id).toBe(first.api.id);
  });

  it('resolves references from one stack to another', async () => {
    const folder = tempFolder();
    const app = new App({ outdir: folder });
    const topic = new Topic(new Stack(app, 'data'), 'Alarms', { topicName: 'alarms' });
    const api = new Stack(app, 'api');
    new Topic(api, 'Another');
    new CfnOutput(api, 'Alarm', { value: topic.topicArn });
    app.synth();
    const scope = readStacks(folder, PLACE).find(({ name }) => name === 'api')?.scope as Scope;
    expect(resolve(scope.template.Outputs?.Alarm?.Value, scope)).toBe(
      'arn:aws:sns:eu-central-1:000000000000:alarms',
    );
  });

  it('resolves a reference to something that does not run here', async () => {
    const deployment = await read({
      change(stack) {
        const topic = new Topic(stack, 'Alarms');
        find(stack, isFunction).addPropertyOverride('Environment.Variables.TOPIC', topic.topicArn);
      },
    });
    expect(deployment.functions[0]?.environment.TOPIC).toMatch(
      /^arn:aws:sns:eu-central-1:000000000000:fixture-Alarms/,
    );
  });
});

describe('An assembly that would behave differently here is refused', () => {
  it.each<[string, Fixture['change'], RegExp]>([
    [
      'authorizer results that are kept',
      withProperty(CfnAuthorizer, 'AuthorizerResultTtlInSeconds', 300),
      /kept for 300 s.*set AuthorizerResultTtlInSeconds to 0/,
    ],
    [
      'authorizer results that are kept because nobody said otherwise',
      withProperty(CfnAuthorizer, 'AuthorizerResultTtlInSeconds', undefined),
      /kept for 300 s/,
    ],
    ['policies', withProperty(CfnAuthorizer, 'EnableSimpleResponses', false), /simple responses only/],
    [
      'routes for signed requests',
      withProperty(CfnRoute, 'AuthorizationType', 'AWS_IAM'),
      /cannot honour AuthorizationType AWS_IAM/,
    ],
    [
      'payload format 1.0',
      withProperty(CfnIntegration, 'PayloadFormatVersion', '1.0'),
      /payload format 2\.0 only/,
    ],
    [
      'parameters mapped on the way',
      withProperty(CfnIntegration, 'RequestParameters', { 'overwrite:path': '/x' }),
      /cannot honour RequestParameters/,
    ],
    ['an OpenAPI document', withProperty(CfnApi, 'Body', { openapi: '3' }), /routes are resources of the/],
    [
      'another language',
      withProperty(CfnFunction, 'Runtime', 'python3.13'),
      /Node\.js functions only, not the runtime python3\.13/,
    ],
    [
      'layers',
      withProperty(CfnFunction, 'Layers', ['arn:aws:lambda:us-east-1:000000000000:layer:more:1']),
      /no layers/,
    ],
    ['code from elsewhere', withProperty(CfnFunction, 'Code.S3Key', undefined), /not a bundled folder/],
    [
      'a variable that refers to something unknown',
      (stack) => {
        const bucket = new Bucket(stack, 'Bucket');
        find(stack, isFunction).addPropertyOverride('Environment.Variables.BUCKET', bucket.bucketName);
      },
      /cannot resolve a reference to Bucket\w+ \(AWS::S3::Bucket\)/,
    ],
    [
      'a resource under a condition',
      (stack) => {
        new CfnCondition(stack, 'IsBig', { expression: Fn.conditionEquals('a', 'b') });
        find(stack, isFunction).addOverride('Condition', 'IsBig');
      },
      /evaluates no conditions.* under IsBig/,
    ],
    [
      'a domain that serves the API under another path',
      (stack) =>
        void new CfnApiMapping(stack, 'Mapping', {
          apiId: 'x',
          domainName: 'api.example.com',
          stage: '$default',
          apiMappingKey: 'chat',
        }),
      /Mapping: the local stack cannot honour ApiMappingKey/,
    ],
    [
      'two APIs',
      (stack) => void new CfnApi(stack, 'Second', { protocolType: 'HTTP', name: 'x' }),
      /one HTTP API, but this one has 2/,
    ],
  ])('%s', async (_what, change, message) => {
    await expect(read(change === undefined ? {} : { change })).rejects.toThrow(message);
  });

  it('a folder that is none', () => {
    expect(() => readDeployment('/nowhere', PLACE)).toThrow(/Cannot read .*manifest\.json/);
  });
});

describe('Intrinsic functions', () => {
  const scope: Scope = {
    stackName: 'demo',
    ...PLACE,
    template: { Resources: {} },
    refOf: (logicalId) => `ref-${logicalId}`,
    attributeOf: (logicalId, attribute) => `${logicalId}-${attribute}`,
    exportOf: (name) => `exported-${name}`,
  };

  it.each([
    [{ Ref: 'AWS::Region' }, 'eu-central-1'],
    [{ Ref: 'Table' }, 'ref-Table'],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table-Arn'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'B' }, 1]] }, 'a/ref-B/1'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of CloudFormation
    [{ 'Fn::Sub': 'assets-${AWS::AccountId}-${Table}' }, 'assets-000000000000-ref-Table'],
    [{ 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }, 'local'],
    [{ 'Fn::ImportValue': 'x' }, 'exported-x'],
    [
      { list: [{ Ref: 'A' }, 2], kept: 1 },
      { list: ['ref-A', 2], kept: 1 },
    ],
  ])('%j come to %j', (value, expected) => {
    expect(resolve(value, scope)).toEqual(expected);
  });

  it.each([
    { 'Fn::If': ['IsBig', 'big', 'small'] },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of CloudFormation
    { 'Fn::Sub': ['${x}', { x: 'y' }] },
  ])('that our templates do not use are refused: %j', (value) => {
    expect(() => resolve(value, scope)).toThrow(/cannot resolve Fn::\w+, found as .*Add it to/);
  });
});
