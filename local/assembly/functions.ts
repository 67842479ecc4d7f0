// The Lambda functions of a stack, each with its code, its environment and its limits.

import type { LambdaFunction } from './deployment.ts';
import { resolve, resolveText } from './intrinsics.ts';
import type { Stack } from './stacks.ts';
import type { Resource } from './template.ts';

interface FunctionProperties {
  Code: { S3Key?: string };
  Environment?: { Variables?: Record<string, unknown> };
  Handler: string;
  Layers?: unknown[];
  LoggingConfig?: {
    LogFormat?: 'JSON' | 'Text';
    LogGroup?: string;
    ApplicationLogLevel?: string;
    SystemLogLevel?: string;
  };
  MemorySize?: number | string;
  PackageType?: string;
  ReservedConcurrentExecutions?: number;
  Runtime?: string;
  Timeout?: number | string;
}

/** Lambda's defaults. */
const DEFAULT_MEMORY_MB = 128;
const DEFAULT_TIMEOUT_SECONDS = 3;

export function readFunctions(stack: Stack): LambdaFunction[] {
  return stack
    .resourcesOf('AWS::Lambda::Function')
    .map(([logicalId, resource]) => readFunction(logicalId, resource, stack));
}

function readFunction(logicalId: string, resource: Resource, stack: Stack): LambdaFunction {
  const { Environment, ...rest } = resource.Properties ?? {};
  const properties = resolve(rest, stack.scope) as FunctionProperties;
  refuseUnsupported(logicalId, properties);
  const codeFolder = stack.assetFolders.get(properties.Code.S3Key ?? '');
  if (codeFolder === undefined) {
    throw new Error(
      `${logicalId}: its code is not a bundled folder of the assembly, so the local stack cannot run it.`,
    );
  }
  const name = stack.scope.refOf(logicalId);
  const variables = (Environment as FunctionProperties['Environment'])?.Variables ?? {};
  return {
    logicalId,
    name,
    arn: stack.scope.attributeOf(logicalId, 'Arn'),
    runtime: properties.Runtime ?? '',
    handler: properties.Handler,
    codeFolder,
    environment: Object.fromEntries(
      Object.entries(variables).map(([variable, value]) => [
        variable,
        resolveText(value, stack.scope, `The variable ${variable} of ${logicalId}`),
      ]),
    ),
    memoryMb: Number(properties.MemorySize ?? DEFAULT_MEMORY_MB),
    timeoutMs: Number(properties.Timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
    logFormat: properties.LoggingConfig?.LogFormat ?? 'Text',
    applicationLogLevel: properties.LoggingConfig?.ApplicationLogLevel ?? 'INFO',
    systemLogLevel: properties.LoggingConfig?.SystemLogLevel ?? 'INFO',
  };
}

function refuseUnsupported(logicalId: string, properties: FunctionProperties): void {
  const { PackageType, Runtime, Layers } = properties;
  if (PackageType === 'Image') {
    throw new Error(`${logicalId}: the local stack runs bundled code, not container images.`);
  }
  if (!Runtime?.startsWith('nodejs')) {
    throw new Error(`${logicalId}: the local stack runs Node.js functions only, not the runtime ${Runtime}.`);
  }
  if (Layers?.length) {
    throw new Error(`${logicalId}: the local stack has no layers; bundle what the function needs.`);
  }
}
