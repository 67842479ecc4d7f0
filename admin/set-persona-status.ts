// Archives a persona, so that it takes no new sessions, and makes it active again.
import { all, compare, present } from '../functions/dynamodb/condition.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { type PersonaStatus, personaKey } from '../functions/personas/persona.ts';
import { findPersona, type PersonaDetails, parsePersonaDetails } from './persona-item.ts';

export interface SetPersonaStatus {
  readonly persona: PersonaDetails;
  /** False when the persona had the status before. */
  readonly changed: boolean;
}

/** @throws Refused when there is no such persona. */
export async function setPersonaStatus(
  table: Table,
  {
    orgId,
    personaId,
    status,
  }: { readonly orgId: string; readonly personaId: string; readonly status: PersonaStatus },
  now: Date = new Date(),
): Promise<SetPersonaStatus> {
  const updatedAt = now.toISOString();
  const update = await table.update(
    personaKey(orgId, personaId),
    { set: { status, updatedAt } },
    all(present('pk'), compare('status', '<>', status)),
  );
  const persona = update.written
    ? parsePersonaDetails(update.item)
    : await findPersona(table, orgId, personaId);
  // A write is retried when its response was lost, so the stored change may be this one.
  return { persona, changed: persona.updatedAt === updatedAt };
}
