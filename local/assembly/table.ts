// The table of a stack: its name, keys and indexes.

import type { Table, TableIndex } from './deployment.ts';
import { resolve } from './intrinsics.ts';
import type { Stack } from './stacks.ts';

interface TableProperties {
  AttributeDefinitions: Table['attributes'];
  KeySchema: Table['keySchema'];
  GlobalSecondaryIndexes?: TableIndex[];
  LocalSecondaryIndexes?: TableIndex[];
  StreamSpecification?: { StreamViewType?: string };
}

export function readTables(stack: Stack): Table[] {
  return stack
    .resourcesOf('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table')
    .map(([logicalId, resource]) => {
      const properties = resolve(resource.Properties, stack.scope) as TableProperties;
      return {
        logicalId,
        name: stack.scope.refOf(logicalId),
        attributes: properties.AttributeDefinitions,
        keySchema: properties.KeySchema,
        globalIndexes: (properties.GlobalSecondaryIndexes ?? []).map(indexOf),
        localIndexes: (properties.LocalSecondaryIndexes ?? []).map(indexOf),
        streamArn: stack.scope.attributeOf(logicalId, 'StreamArn'),
        streamViewType: properties.StreamSpecification?.StreamViewType ?? 'NEW_AND_OLD_IMAGES',
      };
    });
}

function indexOf({ IndexName, KeySchema, Projection }: TableIndex): TableIndex {
  return { IndexName, KeySchema, Projection };
}
