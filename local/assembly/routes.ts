// The routes of an HTTP API, each with its integration and its throttle.

import { readAuthorizer } from './authorizer.ts';
import type { Route, Throttle } from './deployment.ts';
import { cannotHonour, functionNameIn, propertiesOf } from './gateway-resources.ts';
import { resolve } from './intrinsics.ts';
import type { Stack } from './stacks.ts';

export interface StageThrottles {
  DefaultRouteSettings?: RouteSettings;
  RouteSettings?: Record<string, RouteSettings>;
}

interface RouteSettings {
  ThrottlingRateLimit?: number;
  ThrottlingBurstLimit?: number;
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

/** The default and maximum integration time-out of an HTTP API. */
const LONGEST_INTEGRATION_MS = 30_000;

export function readRoutes(stack: Stack, stage: StageThrottles): Route[] {
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
      authorizer: readAuthorizer(stack, logicalId, route.AuthorizationType, route.AuthorizerId),
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

function readThrottle(settings: RouteSettings): Throttle | undefined {
  const { ThrottlingRateLimit: ratePerSecond, ThrottlingBurstLimit: burst } = settings;
  return ratePerSecond === undefined || burst === undefined ? undefined : { ratePerSecond, burst };
}
