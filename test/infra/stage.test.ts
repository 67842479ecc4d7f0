// The stage of the API: throttled, logged, and found by its outputs; and a synthesis without a word of warning.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { byId, configured, dev, only, prod, referredTo } from './template.ts';

describe('web pages', () => {
  it('may not call the API unless an operator names them', () => {
    expect(only('AWS::ApiGatewayV2::Api').Properties).not.toHaveProperty('CorsConfiguration');
  });

  it('that are named may use every method of the document, and ask again after an hour', () => {
    const { AllowOrigins, AllowMethods, MaxAge } = only('AWS::ApiGatewayV2::Api', configured).Properties
      .CorsConfiguration;
    expect(AllowOrigins).toEqual(['https://app.example.com']);
    const { paths } = JSON.parse(readFileSync('docs/openapi/openapi.json', 'utf8'));
    const methods = Object.values<object>(paths).flatMap((path) => Object.keys(path));
    expect(new Set(AllowMethods)).toEqual(new Set(methods.map((method) => method.toUpperCase())));
    expect(MaxAge).toBe(3_600);
  });

  it('that are named may read every header that the document has', () => {
    const { ExposeHeaders } = only('AWS::ApiGatewayV2::Api', configured).Properties.CorsConfiguration;
    const documented = headersIn(JSON.parse(readFileSync('docs/openapi/openapi.json', 'utf8')));
    expect(documented.size).toBeGreaterThan(5);
    expect([...documented].filter((name) => !ExposeHeaders.includes(name))).toEqual([]);
  });
});

/** Of all responses, wherever they stand in the document. */
function headersIn(value: unknown): Set<string> {
  if (typeof value !== 'object' || value === null) {
    return new Set();
  }
  const { headers, ...rest } = value as { headers?: object };
  const own = 'content' in value || 'description' in value ? Object.keys(headers ?? {}) : [];
  const others = Object.values(rest).flatMap((part) => [...headersIn(part)]);
  return new Set([...own.map((name) => name.toLowerCase()), ...others]);
}

describe('the stage', () => {
  it.each([
    ['dev', dev, 100, 200],
    ['prod', prod, 2_000, 4_000],
    ['a configured stack', configured, 7, 9],
  ] as const)('of %s throttles', (_what, synthesis, ratePerSecond, burst) => {
    expect(only('AWS::ApiGatewayV2::Stage', synthesis).Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: ratePerSecond,
      ThrottlingBurstLimit: burst,
    });
  });

  it('adds nothing to the paths of the API', () => {
    expect(only('AWS::ApiGatewayV2::Stage').Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
    });
  });

  it('logs every call: which, how it ended, how long it took, and what the authorizer said', () => {
    const { DestinationArn, Format } = only('AWS::ApiGatewayV2::Stage').Properties.AccessLogSettings;
    expect(referredTo(DestinationArn)).toMatch(/^ApiAccessLogs/);
    expect(JSON.parse(Format)).toMatchObject({
      requestId: '$context.requestId',
      routeKey: '$context.routeKey',
      status: '$context.status',
      latencyMs: '$context.responseLatency',
      integrationError: '$context.integrationErrorMessage',
      authorizerError: '$context.authorizer.error',
      authn: '$context.authorizer.authn',
    });
  });

  it.each([
    ['dev', dev],
    ['prod', prod],
  ] as const)(
    'of %s logs to a group that needs no line in the resource policy of the account',
    (stage, synthesis) => {
      const { DestinationArn } = only('AWS::ApiGatewayV2::Stage', synthesis).Properties.AccessLogSettings;
      const { LogGroupName } = byId(referredTo(DestinationArn), synthesis).Properties;
      const [, [prefix, ...ofThisStack]] = LogGroupName['Fn::Join'];
      expect(prefix).toBe(`/aws/vendedlogs/apigateway/MoonbornChatSessions-${stage}-`);
      // A group that outlives its stack is not in the way of the next one.
      expect(JSON.stringify(ofThisStack)).toContain('{"Ref":"AWS::StackId"}');
    },
  );

  it('logs who called, and nothing else of what a caller sent', () => {
    const { Format } = only('AWS::ApiGatewayV2::Stage', prod).Properties.AccessLogSettings;
    const { ip, agent, ...rest } = JSON.parse(Format);
    expect({ ip, agent }).toEqual({
      ip: '$context.identity.sourceIp',
      agent: '$context.identity.userAgent',
    });
    expect(JSON.stringify(rest)).not.toMatch(/path|header|querystring|body|identity/i);
  });

  it('does not log who called where that is configured', () => {
    const { Format } = only('AWS::ApiGatewayV2::Stage', configured).Properties.AccessLogSettings;
    expect(Format).not.toMatch(/path|header|querystring|body|identity/i);
    expect(JSON.parse(Format)).toHaveProperty('requestId');
  });
});

describe('the stack', () => {
  it('says where its API is and which table it has', () => {
    const { ApiUrl, TableName } = dev.template.Outputs as Record<string, { Value: unknown }>;
    expect(ApiUrl?.Value).toEqual({ 'Fn::GetAtt': [only('AWS::ApiGatewayV2::Api').id, 'ApiEndpoint'] });
    expect(TableName?.Value).toEqual({ Ref: only('AWS::DynamoDB::GlobalTable').id });
  });

  it.each([
    ['dev', dev],
    ['prod', prod],
    ['a configured stack', configured],
  ])('is synthesised for %s without warnings', (_what, { messages }) => {
    expect(messages).toEqual([]);
  });
});
