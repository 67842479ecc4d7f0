// Changes the number of write shards of a popular persona, while traffic flows.
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
 * Every change is kept, because a key from before it goes on meaning the session that it meant.
 * @param databaseNow the database's time, asked for after the persona was read. A key a day ahead of a clock that is
 * minutes behind would mean two sessions, and an operator's clock may be so.
 * @throws Refused when there is no such persona, or somebody else changed it at the same time.
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

/** Another time than before in any case, so that a change made meanwhile can be told by it. */
function later(updatedAt: string, nowMs: number): string {
  return new Date(Math.max(nowMs, Date.parse(updatedAt) + 1)).toISOString();
}

/** A write is sent again when its answer was lost, so the change that it meets may be this one. */
async function isLastChange(
  table: Table,
  { orgId, personaId }: { readonly orgId: string; readonly personaId: string },
  { fromMs, count }: ShardChange,
): Promise<boolean> {
  const last = (await findPersona(table, orgId, personaId)).shardChanges?.at(-1);
  return last?.fromMs === fromMs && last.count === count;
}
