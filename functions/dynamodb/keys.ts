// The keys of the single table: who may be found where. The tenant is always in the partition key.
import { monthOf } from '../usage/usage.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export function personaKey(orgId: string, personaId: string): Key {
  return { pk: shardPartition(orgId, personaId, 0), sk: 'PERSONA' };
}

export function sessionKey(at: {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly personaId: string;
  readonly shard: number;
  readonly ulid: string;
}): Key {
  return {
    pk: shardPartition(at.orgId, at.personaId, at.shard),
    sk: sessionSortKeyPrefix(at.workspaceId) + at.ulid,
  };
}

const SESSION_PARTITION = /^ORG#([^#]+)#PERSONA#([^#]+?)(?:#([1-9][0-9]?))?$/;
const SESSION_SORT_KEY = /^WS#([^#]+)#SESSION#([^#]+)$/;

/** @returns what {@link sessionKey} was made of, or `undefined` for the key of anything else. */
export function sessionPlaceAt({ pk, sk }: Record<string, unknown>) {
  const [, orgId, personaId, shard = '0'] = SESSION_PARTITION.exec(String(pk)) ?? [];
  const [, workspaceId, ulid] = SESSION_SORT_KEY.exec(String(sk)) ?? [];
  return orgId !== undefined && personaId !== undefined && workspaceId !== undefined && ulid !== undefined
    ? { orgId, workspaceId, personaId, shard: Number(shard), ulid }
    : undefined;
}

export function sessionSortKeyPrefix(workspaceId: string): string {
  return `WS#${workspaceId}#SESSION#`;
}

/** Each in a partition of its own, so that a popular persona's intents don't meet in one. */
export function intentKey(orgId: string, personaId: string, intentHash: string): Key {
  return { pk: `${shardPartition(orgId, personaId, 0)}#INTENT#${intentHash}`, sk: 'INTENT' };
}

export function apiKeyKey(secretHash: string): Key {
  return { pk: `APIKEY#${secretHash}`, sk: 'APIKEY' };
}

/** Beside the key itself, since the hash that addresses it can't be found from the org. */
export function apiKeyEntryKey(orgId: string, keyId: string): Key {
  return { pk: orgPartition(orgId), sk: API_KEY_ENTRY_PREFIX + keyId };
}

export const API_KEY_ENTRY_PREFIX = 'APIKEY#';

export function orgKey(orgId: string): Key {
  return { pk: orgPartition(orgId), sk: 'ORG' };
}

export function usagePartition(orgId: string, month: string): string {
  return `${orgPartition(orgId)}#USAGE#${month}`;
}

/** Each shard of the stream adds to an item of its own, so that no two of them wait for each other. */
export function usageKey(at: {
  readonly orgId: string;
  readonly day: string;
  readonly shardId: string;
}): Key {
  return { pk: usagePartition(at.orgId, monthOf(at.day)), sk: `${at.day}#${at.shardId}` };
}

/** Each minute in a partition of its own. */
export function requestCountKey(orgId: string, windowMs: number): Key {
  return { pk: `${orgPartition(orgId)}#REQUESTS#${windowMs / 1000}`, sk: 'REQUESTS' };
}

export function orgPartition(orgId: string): string {
  return `ORG#${orgId}`;
}

/** The first shard is the persona's own partition, with the persona in it. */
export function shardPartition(orgId: string, personaId: string, shard: number): string {
  const first = `ORG#${orgId}#PERSONA#${personaId}`;
  return shard === 0 ? first : `${first}#${shard}`;
}
