// The table of a running local stack, as the operator commands have it.
import { tableOf } from '../../functions/dynamodb/sdk.ts';
import type { Table } from '../../functions/dynamodb/table.ts';
import type { LocalStack } from '../../local/stack.ts';

export function operatorTable({ table }: Pick<LocalStack, 'table'>): Table {
  return tableOf(table.name, table.client)();
}
