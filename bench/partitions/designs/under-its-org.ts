// Rejected: every session of an org under the org's own partition key, so that one query lists them all.
import { orgPartition } from '../../../functions/dynamodb/item.ts';
import type { Table } from '../../../functions/dynamodb/table.ts';
import { sessionAddressOf } from '../../../functions/sessions/session-item.ts';

export function underItsOrg(table: Table): Table {
  return {
    ...table,
    put(item, condition) {
      const { orgId = '', personaId } = sessionAddressOf(item) ?? {};
      return table.put({ ...item, pk: orgPartition(orgId), sk: `${personaId}#${item.sk}` }, condition);
    },
  };
}
