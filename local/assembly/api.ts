// The HTTP API of a stack, with its one stage.
import type { Api, Cors } from './deployment.ts';
import { cannotHonour } from './gateway-resources.ts';
import { resolve } from './intrinsics.ts';
import { readRoutes, type StageThrottles } from './routes.ts';
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

interface StageProperties extends StageThrottles {
  StageName: string;
  StageVariables?: Record<string, string>;
  AccessLogSettings?: { Format?: string };
}

export function readApis(stack: Stack): Api[] {
  return stack.resourcesOf('AWS::ApiGatewayV2::Api').map(([logicalId, resource]) => {
    const api = resolve(resource.Properties, stack.scope) as ApiProperties;
    if (api.ProtocolType !== 'HTTP' || api.Body !== undefined || api.BodyS3Location !== undefined) {
      throw new Error(
        `${logicalId}: the local stack runs HTTP APIs whose routes are resources of the template.`,
      );
    }
    refuseBasePaths(stack);
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

/** A custom domain is not served here: the paths of its API must be the same without it. */
function refuseBasePaths(stack: Stack): void {
  for (const [logicalId, { Properties }] of stack.resourcesOf('AWS::ApiGatewayV2::ApiMapping')) {
    if (Properties?.ApiMappingKey) {
      throw cannotHonour(logicalId, 'ApiMappingKey');
    }
  }
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
