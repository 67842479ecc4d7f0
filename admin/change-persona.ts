// Renames a persona, archives it, so that it takes no new sessions, and makes it active again.
import { all, compare, present } from '../functions/dynamodb/condition.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { type PersonaStatus, personaKey } from '../functions/personas/persona.ts';
import { findPersona, type PersonaDetails, parsePersonaDetails } from './persona-item.ts';

export interface ChangedPersona {
  readonly persona: PersonaDetails;
  /** False when the persona was so before. */
  readonly changed: boolean;
}

interface PersonaId {
  readonly orgId: string;
  readonly personaId: string;
}

/** @throws Refused when there is no such persona. */
export function setPersonaStatus(
  table: Table,
  { status, ...id }: PersonaId & { readonly status: PersonaStatus },
  now: Date = new Date(),
): Promise<ChangedPersona> {
  return setAttribute(table, id, 'status', status, now);
}

/**
 * Sessions that are started later have the new name in their default title.
 * @throws Refused when there is no such persona.
 */
export function renamePersona(
  table: Table,
  { name, ...id }: PersonaId & { readonly name: string },
  now: Date = new Date(),
): Promise<ChangedPersona> {
  return setAttribute(table, id, 'name', name, now);
}

async function setAttribute(
  table: Table,
  { orgId, personaId }: PersonaId,
  attribute: 'status' | 'name',
  value: string,
  now: Date,
): Promise<ChangedPersona> {
  const updatedAt = now.toISOString();
  const update = await table.update(
    personaKey(orgId, personaId),
    { set: { [attribute]: value, updatedAt } },
    all(present('pk'), compare(attribute, '<>', value)),
  );
  const persona = update.written
    ? parsePersonaDetails(update.item)
    : await findPersona(table, orgId, personaId);
  // A write is sent again when its answer was lost, so the change that it meets may be this one.
  return { persona, changed: persona.updatedAt === updatedAt };
}
