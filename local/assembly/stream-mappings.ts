// The event source mappings of the table's stream.
import type { StreamMapping, Table } from './deployment.ts';
import { resolve } from './intrinsics.ts';
import type { Stack } from './stacks.ts';

interface MappingProperties {
  EventSourceArn?: string;
  FunctionName: string;
  Enabled?: boolean;
  BatchSize?: number;
  MaximumBatchingWindowInSeconds?: number;
  TumblingWindowInSeconds?: number;
  ParallelizationFactor?: number;
  BisectBatchOnFunctionError?: boolean;
  MaximumRetryAttempts?: number;
  MaximumRecordAgeInSeconds?: number;
  FunctionResponseTypes?: string[];
  FilterCriteria?: { Filters?: { Pattern: string }[] };
  DestinationConfig?: { OnFailure?: { Destination?: string } };
}

export const EVENT_SOURCE_MAPPING = 'AWS::Lambda::EventSourceMapping';

/** Lambda's default. */
const DEFAULT_BATCH_SIZE = 100;
/** The retention of a DynamoDB stream. */
const KEPT_SECONDS = 86_400;

export function readStreamMappings(stack: Stack, { streamArn }: Table): StreamMapping[] {
  return stack.resourcesOf(EVENT_SOURCE_MAPPING).flatMap(([logicalId, resource]) => {
    const properties = resolve(resource.Properties, stack.scope) as MappingProperties;
    return properties.EventSourceArn === streamArn && properties.Enabled !== false
      ? [mappingOf(logicalId, properties)]
      : [];
  });
}

function mappingOf(logicalId: string, properties: MappingProperties): StreamMapping {
  const seconds = (value: number | undefined) => (value ?? 0) * 1_000;
  return {
    logicalId,
    functionName: nameIn(properties.FunctionName),
    batchSize: properties.BatchSize ?? DEFAULT_BATCH_SIZE,
    batchingWindowMs: seconds(properties.MaximumBatchingWindowInSeconds),
    tumblingWindowMs: seconds(properties.TumblingWindowInSeconds),
    parallelizationFactor: properties.ParallelizationFactor ?? 1,
    bisectsOnError: properties.BisectBatchOnFunctionError ?? false,
    reportsItemFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    retriesMax: unlessInfinite(properties.MaximumRetryAttempts) ?? Number.POSITIVE_INFINITY,
    recordAgeMaxMs: seconds(unlessInfinite(properties.MaximumRecordAgeInSeconds) ?? KEPT_SECONDS),
    filterPatterns: (properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern),
    onFailure: properties.DestinationConfig?.OnFailure?.Destination?.split(':').at(-1),
  };
}

/** @param functionName a name or an ARN, either with a version or an alias */
function nameIn(functionName: string): string {
  return functionName.replace(/^arn:[^:]*:lambda:[^:]*:[^:]*:function:/, '').replace(/:.*$/, '');
}

function unlessInfinite(value: number | undefined): number | undefined {
  return value === -1 ? undefined : value;
}
