// The compared designs: the service's own start, and the same start on tables that write in other ways.
import type { Table } from '../../../functions/dynamodb/table.ts';
import type { IndexKeyOf } from '../model/capacity.ts';
import type { TransactingTable } from '../model/partitioned-table.ts';
import { bySessionId } from './by-session-id.ts';
import { checkingPersona } from './checking-persona.ts';
import { underItsOrg } from './under-its-org.ts';

export interface Design {
  readonly name: string;
  /** The table that a start writes to, when it differs from the given one. */
  readonly writing?: (table: TransactingTable) => Table;
  readonly index?: IndexKeyOf;
  /** Whether the number of shards of a persona matters. */
  readonly sharded: boolean;
}

export const OURS: Design = { name: 'one put', sharded: true };
export const TRANSACTION: Design = {
  name: 'transaction',
  writing: checkingPersona,
  sharded: true,
};
export const INDEX: Design = { name: 'index by session id', index: bySessionId, sharded: true };
export const ORG_PARTITION: Design = {
  name: 'one partition for an org',
  writing: underItsOrg,
  sharded: false,
};

export const DESIGNS: readonly Design[] = [OURS, INDEX, ORG_PARTITION, TRANSACTION];
