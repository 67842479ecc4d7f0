// A stage with a domain, a customer's key and a boundary: its template.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BOUNDARY, CERTIFICATE, KEY, placed, placedWithAll, RESTORED, RESTORED_STREAM } from './placed.ts';
import { synthesiseStage } from './synthesise.ts';
import { configured, deployedFolders, only, prod, resources, type Synthesis } from './template.ts';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-placed-'));
afterAll(() => rmSync(folder, { recursive: true }));

function synthesised(name: string, config: unknown): Synthesis {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(config));
  return synthesiseStage(join(folder, name), deployedFolders(configured), 'prod', file);
}

const complete = synthesised('complete', placedWithAll);
const { domain } = placed;
const outputOf = (name: string, { template }: Synthesis) => template.Outputs[name]?.Value;

it('is synthesised without warnings', () => {
  expect(complete.messages).toEqual([]);
});

describe('the domain', () => {
  it('is regional, with TLS 1.2 at least and its certificate', () => {
    expect(only('AWS::ApiGatewayV2::DomainName', complete).Properties).toEqual({
      DomainName: 'api.example.com',
      DomainNameConfigurations: [
        { CertificateArn: CERTIFICATE, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
  });

  it('leads to the stage of the API, which adds nothing to its paths', () => {
    const { ApiId, DomainName, Stage, ...others } = only(
      'AWS::ApiGatewayV2::ApiMapping',
      complete,
    ).Properties;
    expect(ApiId).toEqual({ Ref: only('AWS::ApiGatewayV2::Api', complete).id });
    expect(DomainName).toEqual({ Ref: only('AWS::ApiGatewayV2::DomainName', complete).id });
    expect(Stage).toBe('$default');
    expect(others).toEqual({});
  });

  it('has an alias record where the hosted zone is known, and none where it is not', () => {
    const name = only('AWS::ApiGatewayV2::DomainName', complete).id;
    expect(only('AWS::Route53::RecordSet', complete).Properties).toMatchObject({
      Name: 'api.example.com.',
      Type: 'A',
      HostedZoneId: 'Z0123456789ABC',
      AliasTarget: {
        DNSName: { 'Fn::GetAtt': [name, 'RegionalDomainName'] },
        HostedZoneId: { 'Fn::GetAtt': [name, 'RegionalHostedZoneId'] },
      },
    });
    const { hostedZoneId: _, ...elsewhere } = domain;
    const synthesis = synthesised('elsewhere', { ...placed, domain: elsewhere });
    expect(resources('AWS::Route53::RecordSet', synthesis)).toEqual([]);
    expect(outputOf('DomainTarget', synthesis)).toEqual({ 'Fn::GetAtt': [name, 'RegionalDomainName'] });
  });

  it('is the only address, and the one that is printed', () => {
    expect(only('AWS::ApiGatewayV2::Api', complete).Properties.DisableExecuteApiEndpoint).toBe(true);
    expect(outputOf('ApiUrl', complete)).toBe('https://api.example.com');
  });

  it('stands beside the generated address while callers move, and the access log has the address of each call', () => {
    const moving = synthesised('moving', { ...placed, domain: { ...domain, keepGeneratedAddress: true } });
    const api = only('AWS::ApiGatewayV2::Api', moving);
    expect(api.Properties.DisableExecuteApiEndpoint).toBe(false);
    expect(outputOf('ApiUrl', moving)).toEqual({ 'Fn::GetAtt': [api.id, 'ApiEndpoint'] });
    expect(outputOf('DomainUrl', moving)).toBe('https://api.example.com');
    const formatOf = (synthesis: Synthesis) =>
      JSON.parse(only('AWS::ApiGatewayV2::Stage', synthesis).Properties.AccessLogSettings.Format);
    expect(formatOf(moving)).toMatchObject({ domain: '$context.domainName' });
    expect(formatOf(complete)).not.toHaveProperty('domain');
  });

  it('is not there unless it is configured, and the generated address serves', () => {
    expect(resources('AWS::ApiGatewayV2::DomainName', prod)).toEqual([]);
    expect(only('AWS::ApiGatewayV2::Api', prod).Properties.DisableExecuteApiEndpoint).not.toBe(true);
  });
});

describe('the key', () => {
  const sse = ({ template }: Synthesis) => {
    const [table] = Object.values(template.Resources).filter(
      ({ Type }) => Type === 'AWS::DynamoDB::GlobalTable',
    );
    return [table?.Properties.SSESpecification, table?.Properties.Replicas[0].SSESpecification];
  };

  it('of the customer encrypts the table, the queues, the topic and every log', () => {
    expect(sse(complete)).toEqual([{ SSEEnabled: true, SSEType: 'KMS' }, { KMSMasterKeyId: KEY }]);
    const keys = (type: string, property: string) =>
      resources(type, complete).map(({ Properties }) => Properties[property]);
    expect(keys('AWS::SQS::Queue', 'KmsMasterKeyId')).toEqual([KEY, KEY]);
    expect(keys('AWS::SNS::Topic', 'KmsMasterKeyId')).toEqual([KEY]);
    const logs = keys('AWS::Logs::LogGroup', 'KmsKeyId');
    expect(logs.length).toBeGreaterThan(10);
    expect(new Set(logs)).toEqual(new Set([KEY]));
  });

  it('that AWS manages encrypts the table and the queues, since logs cannot have it and alarms cannot publish under it', () => {
    const managed = synthesised('managed', { ...placedWithAll, encryption: 'managed' });
    expect(sse(managed)).toEqual([{ SSEEnabled: true, SSEType: 'KMS' }, undefined]);
    for (const { Properties } of resources('AWS::SQS::Queue', managed)) {
      expect(Properties.KmsMasterKeyId).toBe('alias/aws/sqs');
    }
    expect(JSON.stringify(only('AWS::SNS::Topic', managed))).not.toContain('KmsMasterKeyId');
    expect(JSON.stringify(resources('AWS::IAM::Policy', managed))).not.toContain('kms:');
  });

  it('that AWS owns is the default, of which no role has to know', () => {
    expect(sse(prod)).toEqual([undefined, undefined]);
    for (const { Properties } of resources('AWS::SQS::Queue', configured)) {
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true });
    }
    expect(JSON.stringify(prod.template)).not.toContain('kms');
  });
});

describe('the boundary', () => {
  it('bounds every role', () => {
    const roles = resources('AWS::IAM::Role', complete);
    expect(roles.length).toBeGreaterThan(10);
    expect(new Set(roles.map(({ Properties }) => Properties.PermissionsBoundary))).toEqual(
      new Set([BOUNDARY]),
    );
    expect(JSON.stringify(resources('AWS::IAM::Role', prod))).not.toContain('PermissionsBoundary');
  });
});

describe('unknown paths', () => {
  it('have a throttle of their own, which is set after their route is there', () => {
    const stage = Object.values(prod.template.Resources).find(
      ({ Type }) => Type === 'AWS::ApiGatewayV2::Stage',
    );
    expect(stage?.Properties.RouteSettings).toEqual({
      $default: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
    });
    const route = resources('AWS::ApiGatewayV2::Route', prod).find(
      ({ Properties }) => Properties.RouteKey === '$default',
    );
    expect(stage).toMatchObject({ DependsOn: expect.arrayContaining([route?.id]) });
  });

  it('have the throttle that is configured', () => {
    const throttle = { rateLimit: 50, burstLimit: 60, unknownPaths: { rateLimit: 3, burstLimit: 4 } };
    const { RouteSettings, DefaultRouteSettings } = only(
      'AWS::ApiGatewayV2::Stage',
      synthesised('throttled', { throttle }),
    ).Properties;
    expect(RouteSettings.$default).toEqual({ ThrottlingRateLimit: 3, ThrottlingBurstLimit: 4 });
    expect(DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 60 });
  });
});

describe('a restored table', () => {
  const restored = synthesised('restored', { ...placedWithAll, restoredTable: RESTORED_STREAM });

  it('is the one that every function, permission, alarm and output names', () => {
    const service = JSON.stringify(restored.stacks.service);
    expect(service).not.toContain('Fn::ImportValue');
    const tables = resources('AWS::Lambda::Function', restored).flatMap(
      ({ Properties }) => Properties.Environment.Variables.TABLE_NAME ?? [],
    );
    expect(new Set(tables)).toEqual(new Set([RESTORED]));
    const sources = resources('AWS::Lambda::EventSourceMapping', restored);
    expect(sources.map(({ Properties }) => Properties.EventSourceArn)).toEqual([
      RESTORED_STREAM,
      RESTORED_STREAM,
    ]);
    expect(outputOf('TableName', restored)).toBe(RESTORED);
    const watched = [
      ...JSON.stringify(resources('AWS::CloudWatch::Alarm', restored)).matchAll(
        /"TableName","Value":"([^"]+)"/g,
      ),
    ];
    expect(new Set(watched.map(([, name]) => name))).toEqual(new Set([RESTORED]));
  });

  it('leaves the table of the stack as it is, with its exports', () => {
    expect(restored.stacks.data).toEqual(complete.stacks.data);
  });
});
