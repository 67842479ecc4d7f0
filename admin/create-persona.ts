// Creates a persona; one that exists is never overwritten.
import type { Table } from '../functions/dynamodb/table.ts';
import { type PersonaDetails, parsePersonaDetails, personaEntryKey, personaItem } from './persona-item.ts';
import { putNewItem } from './put-new-item.ts';
import { Refused } from './refused.ts';

export interface NewPersona {
  readonly orgId: string;
  readonly personaId: string;
  readonly name: string;
  /** Absent: the persona belongs to the whole org. */
  readonly workspaceId?: string | undefined;
}

export interface CreatedPersona {
  readonly persona: PersonaDetails;
  /** True when the same persona existed before. */
  readonly alreadyExisted: boolean;
}

/**
 * The entry is written before the persona, so that no persona is missing in the list.
 * @throws Refused when another persona has the id, or the same one is archived.
 */
export async function createPersona(
  table: Table,
  { orgId, personaId, name, workspaceId }: NewPersona,
  now: Date = new Date(),
): Promise<CreatedPersona> {
  const at = now.toISOString();
  const persona: PersonaDetails = {
    orgId,
    personaId,
    name,
    status: 'active',
    workspaceId,
    createdAt: at,
    updatedAt: at,
  };
  await putNewItem(table, { ...personaEntryKey(orgId, personaId), orgId, personaId, createdAt: at });
  const stored = parsePersonaDetails(await putNewItem(table, personaItem(persona)));
  refuseUnlessSame(persona, stored);
  return { persona: stored, alreadyExisted: stored.createdAt !== persona.createdAt };
}

function refuseUnlessSame(wanted: PersonaDetails, existing: PersonaDetails): void {
  const which = `Persona ${wanted.personaId} of org ${wanted.orgId}`;
  if (existing.name !== wanted.name) {
    throw new Refused(
      `${which} exists under the name "${existing.name}", not "${wanted.name}". Nothing was changed; choose another --id.`,
    );
  }
  if (existing.workspaceId !== wanted.workspaceId) {
    throw new Refused(
      `${which} exists and belongs to ${owner(existing)}, not to ${owner(wanted)}. Nothing was changed; choose another --id.`,
    );
  }
  if (existing.status !== 'active') {
    throw new Refused(
      `${which} exists and is ${existing.status}. Nothing was changed; "persona restore" makes it active again.`,
    );
  }
}

function owner({ workspaceId }: PersonaDetails): string {
  return workspaceId === undefined ? 'the whole org' : `workspace ${workspaceId}`;
}
