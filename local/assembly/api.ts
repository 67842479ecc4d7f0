// The HTTP API of a stack: its routes with their integrations, authorizers and throttles.

import type { Api, Authorizer, Cors, Route, Throttle } from './deployment.ts';
import { conditionHolds, resolve } from './intrinsics.ts';
import type { Stack } from './stacks.ts';

interface ApiProperties {
  ProtocolType?: string;
  Body?: unknown;
  BodyS3Location?: unknown;
  CorsConfiguration?: {
    AllowOrigins?: string[];
    AllowMethods?: string[];
    AllowHeaders?: string[];
    ExposeHeaders?: string[];
    AllowCredentials?: boolean;
    MaxAge?: number;
  };
}

interface RouteSettings {
  ThrottlingRateLimit?: number;
  ThrottlingBurstLimit?: number;
}

interface StageProperties {
  StageName: string;
  StageVariables?: Record<string, string>;
  AccessLogSettings?: { Format?: string };
  DefaultRouteSettings?: RouteSettings;
  RouteSettings?: Record<string, RouteSettings>;
}

interface RouteProperties {
  RouteKey: string;
  Target?: string;
  AuthorizationType?: string;
  AuthorizerId?: string;
  RequestParameters?: unknown;
}

interface IntegrationProperties {
  IntegrationType: string;
  IntegrationSubtype?: string;
  IntegrationUri?: string;
  PayloadFormatVersion?: string;
  TimeoutInMillis?: number;
  RequestParameters?: unknown;
  ResponseParameters?: unknown;
}

interface AuthorizerProperties {
  AuthorizerType: string;
  AuthorizerUri?: string;
  AuthorizerPayloadFormatVersion?: string;
  AuthorizerResultTtlInSeconds?: number;
  EnableSimpleResponses?: boolean;
  IdentitySource?: string[];
}

/** What an HTTP API takes when the template leaves the time-out open; it is also the most it allows. */
const LONGEST_INTEGRATION_MS = 30_000;

export function readApis(stack: Stack): Api[] {
  return stack.resourcesOf('AWS::ApiGatewayV2::Api').map(([logicalId, resource]) => {
    const api = resolve(resource.Properties, stack.scope) as ApiProperties;
    if (api.ProtocolType !== 'HTTP' || api.Body !== undefined || api.BodyS3Location !== undefined) {
      throw new Error(
        `${logicalId}: the local stack runs HTTP APIs whose routes are resources of the template.`,
      );
    }
    const stage = onlyStage(stack);
    return {
      id: stack.scope.refOf(logicalId),
      stageName: stage.StageName,
      stageVariables: stage.StageVariables,
      accessLogFormat: stage.AccessLogSettings?.Format,
      cors: readCors(api.CorsConfiguration),
      routes: readRoutes(stack, stage),
    };
  });
}

function onlyStage(stack: Stack): StageProperties {
  const stages = stack.resourcesOf('AWS::ApiGatewayV2::Stage');
  const [stage, another] = stages;
  if (stage === undefined || another !== undefined) {
    throw new Error(
      `The local stack runs one stage of the API, but stack ${stack.name} has ${stages.length}.`,
    );
  }
  return resolve(stage[1].Properties, stack.scope) as StageProperties;
}

function readCors(cors: ApiProperties['CorsConfiguration']): Cors | undefined {
  if (cors === undefined) {
    return undefined;
  }
  return {
    allowOrigins: cors.AllowOrigins ?? [],
    allowMethods: cors.AllowMethods ?? [],
    allowHeaders: cors.AllowHeaders ?? [],
    exposeHeaders: cors.ExposeHeaders ?? [],
    allowCredentials: cors.AllowCredentials ?? false,
    maxAgeSeconds: cors.MaxAge,
  };
}

function readRoutes(stack: Stack, stage: StageProperties): Route[] {
  return stack.resourcesOf('AWS::ApiGatewayV2::Route').map(([logicalId, resource]) => {
    const route = resolve(resource.Properties, stack.scope) as RouteProperties;
    if (route.RequestParameters !== undefined) {
      throw cannotHonour(logicalId, 'RequestParameters');
    }
    const integration = readIntegration(stack, route.Target ?? '');
    return {
      key: route.RouteKey,
      functionName: integration.functionName,
      integrationTimeoutMs: integration.timeoutMs,
      authorizer: readAuthorizer(stack, logicalId, route),
      throttle: readThrottle({ ...stage.DefaultRouteSettings, ...stage.RouteSettings?.[route.RouteKey] }),
    };
  });
}

function readIntegration(stack: Stack, target: string): { functionName: string; timeoutMs: number } {
  const logicalId = target.replace(/^integrations\//, '');
  const properties = propertiesOf(stack, logicalId, 'AWS::ApiGatewayV2::Integration');
  const integration = resolve(properties, stack.scope) as IntegrationProperties;
  const { IntegrationType, IntegrationSubtype, PayloadFormatVersion } = integration;
  if (IntegrationType !== 'AWS_PROXY' || IntegrationSubtype !== undefined || PayloadFormatVersion !== '2.0') {
    throw new Error(`${logicalId}: the local stack runs Lambda integrations of payload format 2.0 only.`);
  }
  if (integration.RequestParameters !== undefined) {
    throw cannotHonour(logicalId, 'RequestParameters');
  }
  if (integration.ResponseParameters !== undefined) {
    throw cannotHonour(logicalId, 'ResponseParameters');
  }
  return {
    functionName: functionNameIn(integration.IntegrationUri, logicalId),
    timeoutMs: integration.TimeoutInMillis ?? LONGEST_INTEGRATION_MS,
  };
}

function readAuthorizer(stack: Stack, routeId: string, route: RouteProperties): Authorizer | undefined {
  if (route.AuthorizationType === undefined || route.AuthorizationType === 'NONE') {
    return undefined;
  }
  if (route.AuthorizationType !== 'CUSTOM' || route.AuthorizerId === undefined) {
    throw cannotHonour(routeId, `AuthorizationType ${route.AuthorizationType}`);
  }
  const properties = propertiesOf(stack, route.AuthorizerId, 'AWS::ApiGatewayV2::Authorizer');
  const authorizer = resolve(properties, stack.scope) as AuthorizerProperties;
  const { AuthorizerType, AuthorizerPayloadFormatVersion, EnableSimpleResponses } = authorizer;
  if (AuthorizerType !== 'REQUEST' || AuthorizerPayloadFormatVersion !== '2.0' || !EnableSimpleResponses) {
    throw new Error(
      `${route.AuthorizerId}: the local stack runs Lambda authorizers of payload format 2.0 with simple responses only.`,
    );
  }
  if (authorizer.AuthorizerResultTtlInSeconds !== 0) {
    throw new Error(
      `${route.AuthorizerId}: its results would be kept for ${authorizer.AuthorizerResultTtlInSeconds ?? 300} s. ` +
        'The local stack keeps none: set AuthorizerResultTtlInSeconds to 0.',
    );
  }
  return {
    functionName: functionNameIn(authorizer.AuthorizerUri, route.AuthorizerId),
    identitySources: authorizer.IdentitySource ?? [],
  };
}

function readThrottle(settings: RouteSettings): Throttle | undefined {
  const { ThrottlingRateLimit: ratePerSecond, ThrottlingBurstLimit: burst } = settings;
  return ratePerSecond === undefined || burst === undefined ? undefined : { ratePerSecond, burst };
}

function propertiesOf(stack: Stack, logicalId: string, type: string): unknown {
  const resource = stack.scope.template.Resources[logicalId];
  const exists = resource?.Type === type;
  if (!exists || (resource.Condition !== undefined && !conditionHolds(resource.Condition, stack.scope))) {
    throw new Error(`Stack ${stack.name} has no ${type} named "${logicalId}".`);
  }
  return resource.Properties;
}

/** The function behind an ARN of itself, of a version or alias of it, or of its invocation by a gateway. */
function functionNameIn(uri: string | undefined, logicalId: string): string {
  const name = /:function:([A-Za-z0-9_-]+)/.exec(uri ?? '')?.[1];
  if (name === undefined) {
    throw new Error(`${logicalId}: "${uri}" does not name a Lambda function.`);
  }
  return name;
}

function cannotHonour(logicalId: string, what: string): Error {
  return new Error(
    `${logicalId}: the local stack cannot honour ${what}, and would behave differently from AWS.`,
  );
}
