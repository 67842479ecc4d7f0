// Reads a persona.
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { personaKey } from '../dynamodb/keys.ts';
import { callOptions, reach, type Table } from '../dynamodb/table.ts';
import type { Persona } from './persona.ts';

/**
 * Half a read unit when the persona is found. A miss is read again consistently, so that a persona created a moment
 * ago is found.
 */
export async function getPersona(
  table: Table,
  orgId: string,
  personaId: string,
): Promise<Persona | undefined> {
  return (
    (await readPersona(table, orgId, personaId, { consistent: false })) ??
    (await readPersona(table, orgId, personaId, { consistent: true }))
  );
}

async function readPersona(
  table: Table,
  orgId: string,
  personaId: string,
  { consistent }: { consistent: boolean },
): Promise<Persona | undefined> {
  const { Item } = await reach(
    table.client.send(
      new GetCommand({
        TableName: table.name,
        Key: personaKey(orgId, personaId),
        ConsistentRead: consistent,
      }),
      callOptions(table),
    ),
  );
  return Item === undefined
    ? undefined
    : {
        orgId,
        personaId,
        name: Item.name,
        status: Item.status,
        workspaceId: Item.workspaceId,
        shardChanges: Item.shardChanges,
      };
}
