// A chat session as it is published, and its address.

export const SESSION_STATUSES = ['active', 'ended', 'archived'] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** Pairs of a key and a string. */
export type Metadata = Readonly<Record<string, string>>;

/** No field is null, and only the metadata may be absent. */
export interface Session {
  readonly sessionId: string;
  readonly orgId: string;
  readonly workspaceId: string;
  readonly personaId: string;
  readonly userId: string;
  readonly title: string;
  readonly status: SessionStatus;
  readonly messageCount: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Millionths of a US dollar. */
  readonly costUsdMicros: number;
  /** RFC 3339, UTC, with milliseconds; so are the two below. */
  readonly startedAt: string;
  readonly lastActiveAt: string;
  /** The empty string until the session ends. */
  readonly endedAt: string;
  /** Absent when none was given. */
  readonly metadata?: Metadata | undefined;
}

/** Where a session is stored. */
export interface SessionAddress {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly personaId: string;
  /** The write shard of the persona; 0 for all but popular personas. */
  readonly shard: number;
  readonly ulid: string;
}

/** The part of an address that a session id contains; org and workspace are those of the caller. */
export type NamedAddress = Pick<SessionAddress, 'personaId' | 'shard' | 'ulid'>;

/** The ulid has a fixed length, so the persona id may contain the separators. */
const SESSION_ID = /^chs_([0-7][0-9A-HJKMNP-TV-Z]{25})(?:-([1-9][0-9]?))?_([A-Za-z0-9_-]{1,64})$/;

export function formatSessionId({ personaId, ulid, shard }: NamedAddress): string {
  return shard === 0 ? `chs_${ulid}_${personaId}` : `chs_${ulid}-${shard}_${personaId}`;
}

/** @returns `undefined` when the text is not a session id. */
export function parseSessionId(text: string): NamedAddress | undefined {
  const [, ulid, shard = '0', personaId] = SESSION_ID.exec(text) ?? [];
  return ulid !== undefined && personaId !== undefined
    ? { personaId, ulid, shard: Number(shard) }
    : undefined;
}

/** Sorts the pairs by key, so that equal metadata has equal JSON. */
export function sortedMetadata(metadata: Metadata): Metadata {
  return Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function metadataText(metadata: Metadata): string {
  return JSON.stringify(sortedMetadata(metadata));
}
