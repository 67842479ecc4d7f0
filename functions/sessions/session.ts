// A chat session and the only ways it may change.
import { formatSessionId } from './ids.ts';

export type SessionStatus = 'active' | 'ended' | 'archived';

/** The published shape: every field is always present and never null. */
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
}

export interface SessionStart {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly personaId: string;
  readonly userId: string;
  readonly ulid: string;
  readonly shard: number;
  readonly title: string;
  readonly startedAt: string;
}

/** What the session was at the moment it started: the first answer, and every replay of it. */
export function startedSession({ ulid, shard, ...start }: SessionStart): Session {
  return {
    sessionId: formatSessionId({ personaId: start.personaId, ulid, shard }),
    orgId: start.orgId,
    workspaceId: start.workspaceId,
    personaId: start.personaId,
    userId: start.userId,
    title: start.title,
    status: 'active',
    messageCount: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsdMicros: 0,
    startedAt: start.startedAt,
    lastActiveAt: start.startedAt,
    endedAt: '',
  };
}
