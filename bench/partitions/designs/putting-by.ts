// A table whose puts are sent in another way, so that the rest of a start stays the service's own.
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../functions/dynamodb/table.ts';

export function puttingBy(table: Table, put: (command: PutCommand) => Promise<unknown>): Table {
  const send = (command: Parameters<Table['client']['send']>[0]) =>
    command instanceof PutCommand ? put(command) : table.client.send(command);
  return { ...table, client: { send } as unknown as Table['client'] };
}
