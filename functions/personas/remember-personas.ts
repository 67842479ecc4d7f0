// Personas that were read a moment ago, so that the starts of a popular one cost no read.
import { ShortMemory } from '../dynamodb/short-memory.ts';
import { type FindPersona, getPersona, type Persona } from './persona.ts';

/** Bounds the memory that a flood of different personas can take. */
const REMEMBERED_MAX = 1_000;

/**
 * Only active personas are remembered, so that one that was just created or restored is found at once. An archived one
 * may go on taking starts for as long as it is remembered.
 */
export function rememberPersonas(rememberMs: number, now: () => number = Date.now): FindPersona {
  const memory = new ShortMemory<Persona>({ rememberMs, entriesMax: REMEMBERED_MAX, now });
  return async (table, orgId, personaId) => {
    const name = `${orgId}#${personaId}`;
    const known = memory.recall(name);
    if (known !== undefined) {
      return known;
    }
    const persona = await getPersona(table, orgId, personaId);
    if (persona?.status === 'active') {
      memory.remember(name, persona);
    }
    return persona;
  };
}
