// The forms of the ids that name things, and the session id, which is also the session's address.

/** Org, workspace, user and persona ids: opaque, 1 to 64 characters of `[A-Za-z0-9_-]`. */
const OPAQUE_ID = /^[A-Za-z0-9_-]{1,64}$/;

const SESSION_ID = /^chs_([0-7][0-9A-HJKMNP-TV-Z]{25})(?:-([1-9][0-9]?))?\.([A-Za-z0-9_-]{1,64})$/;

export function isOpaqueId(value: unknown): value is string {
  return typeof value === 'string' && OPAQUE_ID.test(value);
}

/** What a session id says: with the caller's org and workspace it is the primary key. */
export interface SessionAddress {
  readonly personaId: string;
  readonly ulid: string;
  /** Which of the persona's write shards holds it; 0 for all but popular personas. */
  readonly shard: number;
}

export function formatSessionId({ personaId, ulid, shard }: SessionAddress): string {
  return shard === 0 ? `chs_${ulid}.${personaId}` : `chs_${ulid}-${shard}.${personaId}`;
}

/** @returns the address, or `undefined` when the text is not a session id. */
export function parseSessionId(text: string): SessionAddress | undefined {
  const [, ulid, shard = '0', personaId] = SESSION_ID.exec(text) ?? [];
  return ulid !== undefined && personaId !== undefined
    ? { personaId, ulid, shard: Number(shard) }
    : undefined;
}
