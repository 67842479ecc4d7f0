// Rejected: every session of an org under the org's own partition key, so that one query lists them all.
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { orgPartition, sessionPlaceAt } from '../../../functions/dynamodb/keys.ts';
import type { Table } from '../../../functions/dynamodb/table.ts';
import { puttingBy } from './putting-by.ts';

export function underItsOrg(table: Table): Table {
  return puttingBy(table, ({ input }) => {
    const { orgId, personaId } = sessionPlaceAt(input.Item ?? {}) ?? {};
    const Item = { ...input.Item, pk: orgPartition(String(orgId)), sk: `${personaId}#${input.Item?.sk}` };
    return table.client.send(new PutCommand({ ...input, Item }));
  });
}
