// A persona as the operators store and see it.
import { type Key, orgPartition, text } from '../functions/dynamodb/item.ts';
import type { Item, Table } from '../functions/dynamodb/table.ts';
import { type Persona, parsePersona, personaKey } from '../functions/personas/persona.ts';
import { Refused } from './refused.ts';

export interface PersonaDetails extends Persona {
  readonly orgId: string;
  readonly personaId: string;
  /** RFC 3339, UTC, with milliseconds; so is the one below. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const PERSONA_ENTRY_PREFIX = 'PERSONA#';

/** Personas lie in partitions of their own, so each leaves an entry in that of its org: for the list, and as word of the org. */
export function personaEntryKey(orgId: string, personaId: string): Key {
  return { pk: orgPartition(orgId), sk: PERSONA_ENTRY_PREFIX + personaId };
}

export function personaItem(persona: PersonaDetails): Item {
  return { ...personaKey(persona.orgId, persona.personaId), ...persona };
}

/** @throws DamagedItem */
export function parsePersonaDetails(item: Item): PersonaDetails {
  return {
    orgId: text(item, 'orgId'),
    personaId: text(item, 'personaId'),
    ...parsePersona(item),
    createdAt: text(item, 'createdAt'),
    updatedAt: text(item, 'updatedAt'),
  };
}

/** @throws Refused when there is no such persona. */
export async function findPersona(table: Table, orgId: string, personaId: string): Promise<PersonaDetails> {
  const item = await table.get(personaKey(orgId, personaId));
  if (item === undefined) {
    throw new Refused(
      `There is no persona ${personaId} in org ${orgId}. Check --id and --org, or create it with "persona create".`,
    );
  }
  return parsePersonaDetails(item);
}
