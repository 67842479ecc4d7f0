// A persona as the operators store and see it.

import { type Key, personaKey } from '../functions/dynamodb/keys.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import type { Persona } from '../functions/personas/persona.ts';
import { readItem } from './put-new-item.ts';
import { Refused } from './refused.ts';

export interface PersonaDetails extends Persona {
  /** RFC 3339, UTC, with milliseconds; so is the one below. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function personaItem(persona: PersonaDetails): Key & PersonaDetails {
  return { ...personaKey(persona.orgId, persona.personaId), ...persona };
}

/** Other attributes of the item are not the operators' business here. */
export function personaDetails(item: Readonly<Record<string, unknown>>): PersonaDetails {
  const { orgId, personaId, name, status, workspaceId, shardChanges, createdAt, updatedAt } =
    item as unknown as PersonaDetails;
  return {
    orgId,
    personaId,
    name,
    status,
    ...(workspaceId === undefined ? {} : { workspaceId }),
    ...(shardChanges === undefined ? {} : { shardChanges }),
    createdAt,
    updatedAt,
  };
}

/** @throws Refused when there is no such persona. */
export async function findPersona(table: Table, orgId: string, personaId: string): Promise<PersonaDetails> {
  const item = await readItem(table, personaKey(orgId, personaId));
  if (item === undefined) {
    throw new Refused(
      `There is no persona ${personaId} in org ${orgId}. Check --id and --org, or create it with "persona create".`,
    );
  }
  return personaDetails(item);
}
