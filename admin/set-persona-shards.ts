// Changes the number of write shards of a popular persona, while traffic flows.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { attemptWrite } from '../functions/dynamodb/conditional-write.ts';
import { personaKey } from '../functions/dynamodb/keys.ts';
import { callOptions, type Table } from '../functions/dynamodb/table.ts';
import { type ShardChange, shardCount } from '../functions/sessions/shards.ts';
import { findPersona } from './persona-item.ts';
import { Refused } from './refused.ts';

export interface SetPersonaShards {
  readonly count: number;
  readonly previousCount: number;
  readonly changed: boolean;
}

/**
 * Every change is kept, because a key from before it goes on meaning the session that it meant.
 * @throws Refused when there is no such persona, or somebody else changed it at the same time.
 */
export async function setPersonaShards(
  table: Table,
  { orgId, personaId, count }: { readonly orgId: string; readonly personaId: string; readonly count: number },
  now: Date = new Date(),
): Promise<SetPersonaShards> {
  const { shardChanges = [] } = await findPersona(table, orgId, personaId);
  const previousCount = shardCount(shardChanges, now.getTime());
  if (previousCount === count) {
    return { count, previousCount, changed: false };
  }
  const change: ShardChange = { fromMs: now.getTime(), count };
  const update = await attemptWrite(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: personaKey(orgId, personaId),
        UpdateExpression: 'SET shardChanges = :changes, updatedAt = :updatedAt',
        // Changes are only ever added, so their number tells whether another one came between.
        ConditionExpression:
          shardChanges.length === 0
            ? 'attribute_exists(pk) AND attribute_not_exists(shardChanges)'
            : 'size(shardChanges) = :known',
        ExpressionAttributeValues: {
          ':changes': [...shardChanges, change],
          ':updatedAt': now.toISOString(),
          ...(shardChanges.length === 0 ? {} : { ':known': shardChanges.length }),
        },
      }),
      callOptions(table),
    ),
  );
  if ('refusedBy' in update && !(await isLastChange(table, { orgId, personaId }, change))) {
    throw new Refused(
      `Persona ${personaId} of org ${orgId} was changed at the same time. Look with "persona show" and try again.`,
    );
  }
  return { count, previousCount, changed: true };
}

/** The SDK sends a write again when its answer was lost, and then meets its own change. */
async function isLastChange(
  table: Table,
  { orgId, personaId }: { readonly orgId: string; readonly personaId: string },
  { fromMs, count }: ShardChange,
): Promise<boolean> {
  const last = (await findPersona(table, orgId, personaId)).shardChanges?.at(-1);
  return last?.fromMs === fromMs && last.count === count;
}
