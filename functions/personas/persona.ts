// A persona, as far as chat sessions care: who may see it, and whether it takes new sessions.

import type { ShardChange } from '../sessions/shards.ts';

export interface Persona {
  readonly orgId: string;
  readonly personaId: string;
  readonly name: string;
  readonly status: 'active' | 'archived';
  /** Absent when the persona belongs to the whole org. */
  readonly workspaceId?: string;
  /** Oldest first; absent for one shard from the beginning. */
  readonly shardChanges?: readonly ShardChange[];
}

/** Missing, archived and another workspace's are one case, so that a caller can't tell them apart. */
export function isVisiblePersona(persona: Persona | undefined, workspaceId: string): persona is Persona {
  return (
    persona !== undefined &&
    persona.status === 'active' &&
    (persona.workspaceId === undefined || persona.workspaceId === workspaceId)
  );
}
