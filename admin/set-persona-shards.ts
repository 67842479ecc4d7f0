// Changes the number of write shards of a popular persona, without interrupting traffic.
import { compare } from '../functions/dynamodb/condition.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { personaKey, type ShardChange } from '../functions/personas/persona.ts';
import { shardCount } from '../functions/sessions/shards.ts';
import { findPersona } from './persona-item.ts';
import { Refused } from './refused.ts';

export interface SetPersonaShards {
  readonly count: number;
  readonly previousCount: number;
  readonly changed: boolean;
}

/**
 * Keeps every change, since an idempotency key from before a change must go on naming the same session.
 * @param databaseNow the database's time, read after the persona. An operator's clock may be minutes behind: a change at
 * its time could make a key that is a day ahead name two sessions.
 * @throws Refused when there is no such persona, or another operator changed it at the same time.
 */
export async function setPersonaShards(
  table: Table,
  { orgId, personaId, count }: { readonly orgId: string; readonly personaId: string; readonly count: number },
  databaseNow: () => Date,
): Promise<SetPersonaShards> {
  const { shardChanges = [], updatedAt } = await findPersona(table, orgId, personaId);
  const nowMs = databaseNow().getTime();
  const previousCount = shardCount(shardChanges, nowMs);
  if (previousCount === count) {
    return { count, previousCount, changed: false };
  }
  const change: ShardChange = { fromMs: nowMs, count };
  const update = await table.update(
    personaKey(orgId, personaId),
    { set: { shardChanges: [...shardChanges, change], updatedAt: later(updatedAt, nowMs) } },
    compare('updatedAt', '=', updatedAt),
  );
  if (!update.written && !(await isLastChange(table, { orgId, personaId }, change))) {
    throw new Refused(
      `Persona ${personaId} of org ${orgId} was changed at the same time. Look with "persona show" and try again.`,
    );
  }
  return { count, previousCount, changed: true };
}

/** Always later than the previous time, so that a concurrent change is detected by it. */
function later(updatedAt: string, nowMs: number): string {
  return new Date(Math.max(nowMs, Date.parse(updatedAt) + 1)).toISOString();
}

/** A write is retried when its response was lost, so the stored change may be this one. */
async function isLastChange(
  table: Table,
  { orgId, personaId }: { readonly orgId: string; readonly personaId: string },
  { fromMs, count }: ShardChange,
): Promise<boolean> {
  const last = (await findPersona(table, orgId, personaId)).shardChanges?.at(-1);
  return last?.fromMs === fromMs && last.count === count;
}
