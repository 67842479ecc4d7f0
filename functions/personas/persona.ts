// A persona as chat sessions use it: its visibility, its status and its write shards.
import { DamagedItem, type Key, list, oneOf, optionalText, orgPartition, text } from '../dynamodb/item.ts';
import { ShortMemory } from '../dynamodb/short-memory.ts';
import type { Item, Table } from '../dynamodb/table.ts';

export interface Persona {
  readonly name: string;
  readonly status: PersonaStatus;
  /** Absent when the persona belongs to the whole org. */
  readonly workspaceId?: string | undefined;
  /** Oldest first; absent while the persona has always had one shard. */
  readonly shardChanges?: readonly ShardChange[] | undefined;
}

export const PERSONA_STATUSES = ['active', 'archived'] as const;
export type PersonaStatus = (typeof PERSONA_STATUSES)[number];

/** From `fromMs` on, starts are spread over `count` shards. */
export interface ShardChange {
  readonly fromMs: number;
  readonly count: number;
}

export type FindPersona = (table: Table, orgId: string, personaId: string) => Promise<Persona | undefined>;

/** Limits the memory that many different personas can take. */
const REMEMBERED_MAX = 1_000;

/** Shard 0 is the persona's own partition, which also contains the persona. */
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
 * Half a read unit when the persona is found. A miss is repeated as a strongly consistent read, so that a new persona is
 * found at once.
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
 * Caches active personas only, so that a new or restored one is found at once. An archived one may still accept starts
 * while it is cached.
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

/** Missing, archived and in another workspace are one case, so that a caller can't tell them apart. */
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
