// The chat family on the wire, as published.
export type ChatSessionStatus = 'active' | 'ended' | 'archived';

/** Up to 16 pairs and 4,096 bytes together: keys of 1 to 64 characters, texts of at most 512. */
export type ChatSessionMetadata = Record<string, string>;

export interface ChatSession {
  sessionId: string;
  orgId: string;
  workspaceId: string;
  personaId: string;
  userId: string;
  title: string;
  status: ChatSessionStatus;
  messageCount: number;
  inputTokens: number;
  outputTokens: number;
  costUsdMicros: number;
  /** The server's time of the start: RFC 3339, UTC, with milliseconds. */
  startedAt: string;
  /** The time of the last turn or of the end; at first that of the start. */
  lastActiveAt: string;
  /** Empty until the session ends. */
  endedAt: string;
  /** Absent where none was given. */
  metadata?: ChatSessionMetadata;
}

export interface StartChatSessionRequest {
  /** The persona in the path, e.g. `psn_...`. */
  id: string;
  /** The same persona, in the body. */
  personaId: string;
  /** 1 to 200 characters; `Chat with <persona name>` when absent. */
  title?: string | undefined;
  metadata?: ChatSessionMetadata | undefined;
}

export interface StartChatSessionResponse {
  session: ChatSession;
}

/** The figures are those of this turn alone, whole numbers. */
export interface RecordChatTurnRequest {
  /** The session, e.g. `chs_...`. */
  id: string;
  /** The number of the turn: 1, 2, 3 ..., without a gap; at most 1,000,000. */
  turn: number;
  /** 0 to 1,000. */
  messages: number;
  /** 0 to 100,000,000. */
  inputTokens: number;
  /** 0 to 100,000,000. */
  outputTokens: number;
  /** Millionths of a US dollar, 0 to 1,000,000,000. */
  costUsdMicros: number;
}

export interface RecordChatTurnResponse {
  /** With the turn counted. */
  session: ChatSession;
  /** True when the turn had been recorded before this attempt: by an earlier call, or by an earlier attempt of this one. */
  alreadyRecorded: boolean;
}

/** A field that is left out stays as it is; at least one must be given. */
export interface UpdateChatSessionRequest {
  /** The session, e.g. `chs_...`. */
  id: string;
  /** 1 to 200 characters. */
  title?: string | undefined;
  /** Replaces the metadata as a whole. */
  metadata?: ChatSessionMetadata | undefined;
  /** `true` archives the session, `false` gives back the status that it had. */
  archived?: boolean | undefined;
}

export interface UpdateChatSessionResponse {
  session: ChatSession;
}

export interface EndChatSessionResponse {
  session: ChatSession;
  /** True when the session had ended before this call. */
  alreadyEnded: boolean;
}

export interface PageRequest {
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** Sessions per page, 1 to 100; 20 when absent. */
  limit?: number | undefined;
  /** All but the archived ones when absent. */
  status?: ChatSessionStatus | undefined;
}

export interface ListChatSessionsForPersonaRequest extends PageRequest {
  /** The persona whose sessions are listed. */
  id: string;
}

export interface ListChatSessionsRequest extends PageRequest {
  /** The sessions with this persona only. */
  personaId?: string | undefined;
}

export interface ChatSessionPage {
  /** At most `limit`, or none, also before the last page. Newest first by the time in the id. */
  items: ChatSession[];
  /** Empty on the last page. */
  nextCursor: string;
}

/** A session by its id, e.g. `chs_...`. */
export interface SessionReference {
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
