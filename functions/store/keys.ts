// The keys of the single table: who may be found where. The tenant is always in the partition key.

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export function personaKey(orgId: string, personaId: string): Key {
  return { pk: personaPartition(orgId, personaId), sk: 'PERSONA' };
}

export function sessionKey(at: {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly personaId: string;
  readonly ulid: string;
}): Key {
  return {
    pk: personaPartition(at.orgId, at.personaId),
    sk: sessionSortKeyPrefix(at.workspaceId) + at.ulid,
  };
}

export function sessionSortKeyPrefix(workspaceId: string): string {
  return `WS#${workspaceId}#SESSION#`;
}

export function intentKey(orgId: string, personaId: string, intentHash: string): Key {
  return { pk: personaPartition(orgId, personaId), sk: `INTENT#${intentHash}` };
}

export function apiKeyKey(secretHash: string): Key {
  return { pk: `APIKEY#${secretHash}`, sk: 'APIKEY' };
}

/** Beside the key itself, since the hash that addresses it can't be found from the org. */
export function apiKeyEntryKey(orgId: string, keyId: string): Key {
  return { pk: orgPartition(orgId), sk: API_KEY_ENTRY_PREFIX + keyId };
}

export const API_KEY_ENTRY_PREFIX = 'APIKEY#';

export function orgPartition(orgId: string): string {
  return `ORG#${orgId}`;
}

export function personaPartition(orgId: string, personaId: string): string {
  return `ORG#${orgId}#PERSONA#${personaId}`;
}
