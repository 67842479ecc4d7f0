// A persona, as far as chat sessions care: who may see it, whether it takes new sessions, and in how many shards.
import { DamagedItem, type Key, list, oneOf, optionalText, orgPartition, text } from '../dynamodb/item.ts';
import { ShortMemory } from '../dynamodb/short-memory.ts';
import type { Item, Table } from '../dynamodb/table.ts';

export interface Persona {
  readonly name: string;
  readonly status: PersonaStatus;
  /** Absent when the persona belongs to the whole org. */
  readonly workspaceId?: string | undefined;
  /** Oldest first; absent for one shard from the beginning. */
  readonly shardChanges?: readonly ShardChange[] | undefined;
}

export const PERSONA_STATUSES = ['active', 'archived'] as const;
export type PersonaStatus = (typeof PERSONA_STATUSES)[number];

/** From `fromMs` on, `count` shards take the starts. */
export interface ShardChange {
  readonly fromMs: number;
  readonly count: number;
}

export type FindPersona = (table: Table, orgId: string, personaId: string) => Promise<Persona | undefined>;

/** Bounds the memory that a flood of different personas can take. */
const REMEMBERED_MAX = 1_000;

/** The first shard is the persona's own partition, with the persona in it. */
export function shardPartition(orgId: string, personaId: string, shard: number): string {
  const first = `${orgPartition(orgId)}#PERSONA#${personaId}`;
  return shard === 0 ? first : `${first}#${shard}`;
}

export function personaKey(orgId: string, personaId: string): Key {
  return { pk: shardPartition(orgId, personaId, 0), sk: 'PERSONA' };
}

/** @throws DamagedItem */
export function parsePersona(item: Item): Persona {
  return {
    name: text(item, 'name'),
    status: oneOf(item, 'status', PERSONA_STATUSES),
    workspaceId: optionalText(item, 'workspaceId'),
    shardChanges: item.shardChanges === undefined ? undefined : shardChangesOf(item),
  };
}

/**
 * Half a read unit when the persona is found. A miss is read again consistently, so that a persona created a moment
 * ago is found.
 */
export async function getPersona(
  table: Table,
  orgId: string,
  personaId: string,
): Promise<Persona | undefined> {
  const key = personaKey(orgId, personaId);
  const item = (await table.get(key, { consistent: false })) ?? (await table.get(key));
  return item && parsePersona(item);
}

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

/** Missing, archived and another workspace's are one case, so that a caller can't tell them apart. */
export function isVisiblePersona(persona: Persona | undefined, workspaceId: string): persona is Persona {
  return (
    persona !== undefined &&
    persona.status === 'active' &&
    (persona.workspaceId === undefined || persona.workspaceId === workspaceId)
  );
}

function shardChangesOf(item: Item): ShardChange[] {
  return list(item, 'shardChanges').map((change) => {
    if (!isShardChange(change)) {
      throw new DamagedItem(item, 'shardChanges', 'a list of maps with the numbers fromMs and count');
    }
    return change;
  });
}

function isShardChange(value: unknown): value is ShardChange {
  const { fromMs, count } = Object(value);
  return typeof fromMs === 'number' && typeof count === 'number';
}
