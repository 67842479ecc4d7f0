// The chat family on the wire, as published: the text at each field is that of the OpenAPI document.

/**
 * An ended session keeps its counters and takes no more turns. An archived one takes none until it is not
 * archived any more; then it is again what it was.
 */
export type ChatSessionStatus = 'active' | 'ended' | 'archived';

/**
 * Pairs of your own, up to 16 and 4,096 bytes together: names of 1 to 64 characters, texts of at most 512.
 */
export type ChatSessionMetadata = Record<string, string>;

export interface ChatSession {
  /** Names the session in every other call. Opaque: `chs_` and whatever follows. */
  sessionId: string;
  /** The org of the credentials that started the session. */
  orgId: string;
  /** The workspace of the credentials that started the session. */
  workspaceId: string;
  /** The persona that is talked to. */
  personaId: string;
  /** The user of the credentials that started the session. */
  userId: string;
  /** As given at the start, or as changed since; otherwise `Chat with <persona name>`. */
  title: string;
  /**
   * An ended session keeps its counters and takes no more turns. An archived one takes none until it is not
   * archived any more; then it is again what it was.
   */
  status: ChatSessionStatus;
  /** Messages so far. */
  messageCount: number;
  /** Tokens read so far. */
  inputTokens: number;
  /** Tokens written so far. */
  outputTokens: number;
  /** Cost so far, in millionths of a US dollar. */
  costUsdMicros: number;
  /** When the service started the session, by its own clock. RFC 3339, UTC, with milliseconds. */
  startedAt: string;
  /**
   * The time of the last turn or of the end; at first that of the start. RFC 3339, UTC, with milliseconds.
   */
  lastActiveAt: string;
  /** The empty string until the session ends; then RFC 3339, UTC, with milliseconds. */
  endedAt: string;
  /** As given at the start, or as changed since. Absent where none was given. */
  metadata?: ChatSessionMetadata;
}

export interface StartChatSessionRequest {
  /** The persona, `psn_…`. */
  id: string;
  /** The persona of the path, once more. */
  personaId: string;
  /**
   * White space at both ends is cut off. Without a title, the session is called `Chat with <persona name>`.
   * 1 to 200 characters.
   */
  title?: string | undefined;
  /** Pairs of your own, up to 16 and 4,096 bytes together. */
  metadata?: ChatSessionMetadata | undefined;
}

export interface StartChatSessionResponse {
  /** The session that was started, or that this idempotency key had started before. */
  session: ChatSession;
}

/** The figures are those of this turn alone, whole numbers. */
export interface RecordChatTurnRequest {
  /** The session, `chs_…`: the `sessionId` that its start answered. */
  id: string;
  /** The number of the turn: 1, 2, 3 …, without a gap. At most 1,000,000. */
  turn: number;
  /** Messages of this turn. 0 to 1,000. */
  messages: number;
  /** Tokens read in this turn. 0 to 100,000,000. */
  inputTokens: number;
  /** Tokens written in this turn. 0 to 100,000,000. */
  outputTokens: number;
  /** Cost of this turn, in millionths of a US dollar. 0 to 1,000,000,000. */
  costUsdMicros: number;
}

export interface RecordChatTurnResponse {
  /** The session with the turn counted. */
  session: ChatSession;
  /**
   * Whether the turn had been recorded before this call. Or by an earlier attempt of this call, whose answer
   * was lost.
   */
  alreadyRecorded: boolean;
}

/** A field that is left out stays as it is; at least one must be given. */
export interface UpdateChatSessionRequest {
  /** The session, `chs_…`: the `sessionId` that its start answered. */
  id: string;
  /** White space at both ends is cut off. 1 to 200 characters. */
  title?: string | undefined;
  /** Pairs of your own, up to 16 and 4,096 bytes together. Replaces all that the session has. */
  metadata?: ChatSessionMetadata | undefined;
  /** `true` archives the session, `false` gives back the status that it had. */
  archived?: boolean | undefined;
}

export interface UpdateChatSessionResponse {
  /** The session with the change made. */
  session: ChatSession;
}

export interface EndChatSessionResponse {
  /** The session as it ended. */
  session: ChatSession;
  /** Whether the session had ended before this call. */
  alreadyEnded: boolean;
}

export interface PageRequest {
  /**
   * The `nextCursor` of the page before, with the same filters. Opaque. Empty or left out: the first page.
   */
  cursor?: string | undefined;
  /** Sessions on a page, at most. 1 to 100; 20 when left out. */
  limit?: number | undefined;
  /** Lists the sessions with this status only. Left out: active and ended ones. */
  status?: ChatSessionStatus | undefined;
}

export interface ListChatSessionsForPersonaRequest extends PageRequest {
  /** The persona, `psn_…`. */
  id: string;
}

export interface ListChatSessionsRequest extends PageRequest {
  /** Lists the sessions with this persona only. Left out: with all personas of the workspace. */
  personaId?: string | undefined;
}

export interface ChatSessionPage {
  /**
   * Newest first, by the time in the session id. A page may hold fewer sessions than `limit`, or none, and
   * not be the last.
   */
  items: ChatSession[];
  /** The `cursor` of the next page. The empty string on the last page, and only there. */
  nextCursor: string;
}

export interface SessionReference {
  /** The session, `chs_…`: the `sessionId` that its start answered. */
  id: string;
}

export function isChatSession(value: unknown): value is ChatSession {
  return typeof (value as ChatSession | null)?.sessionId === 'string';
}

export function holdsChatSession(value: unknown): value is { session: ChatSession } {
  return isChatSession((value as { session?: unknown } | null)?.session);
}

export function isRecordChatTurnResponse(value: unknown): value is RecordChatTurnResponse {
  return holdsChatSession(value) && typeof (value as RecordChatTurnResponse).alreadyRecorded === 'boolean';
}

export function isEndChatSessionResponse(value: unknown): value is EndChatSessionResponse {
  return holdsChatSession(value) && typeof (value as EndChatSessionResponse).alreadyEnded === 'boolean';
}

export function isChatSessionPage(value: unknown): value is ChatSessionPage {
  const page = value as ChatSessionPage | null;
  return Array.isArray(page?.items) && typeof page.nextCursor === 'string';
}
