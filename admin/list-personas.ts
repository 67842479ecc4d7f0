// Lists the personas of an org, by the entries that they left in the org's partition.
import { orgPartition, text } from '../functions/dynamodb/item.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { personaKey } from '../functions/personas/persona.ts';
import { PERSONA_ENTRY_PREFIX, type PersonaDetails, parsePersonaDetails } from './persona-item.ts';
import { readPages } from './read-pages.ts';

/** As many personas are read at a time as the SDK opens connections. */
const PAGE_SIZE = 50;

/** One query of the org and a read of each persona, in the order of their ids. */
export async function listPersonas(table: Table, orgId: string): Promise<PersonaDetails[]> {
  const personas: PersonaDetails[] = [];
  const entries = { partition: orgPartition(orgId), sortKeyPrefix: PERSONA_ENTRY_PREFIX, limit: PAGE_SIZE };
  for await (const items of readPages(table, entries)) {
    const found = await Promise.all(
      items.map((entry) => table.get(personaKey(orgId, text(entry, 'personaId')))),
    );
    // Creating a persona may have been interrupted after its entry.
    personas.push(...found.flatMap((item) => (item === undefined ? [] : parsePersonaDetails(item))));
  }
  return personas;
}
