// The chat family on the wire, as published.
export type ChatSessionStatus = 'active' | 'ended' | 'archived';

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
  lastActiveAt: string;
  /** Empty until the session ends. */
  endedAt: string;
}

export interface StartChatSessionRequest {
  /** The persona in the path, e.g. `psn_...`. */
  id: string;
  /** The same persona, in the body. */
  personaId: string;
  /** 1 to 200 characters; `Chat with <persona name>` when absent. */
  title?: string | undefined;
}

export interface StartChatSessionResponse {
  session: ChatSession;
}

export interface EndChatSessionResponse {
  session: ChatSession;
  /** True when the session had ended before this call. */
  alreadyEnded: boolean;
}

export interface ListChatSessionsRequest {
  /** The persona whose sessions are listed. */
  id: string;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
  /** Sessions per page, 1 to 100; 20 when absent. */
  limit?: number | undefined;
  status?: ChatSessionStatus | undefined;
}

export interface ChatSessionPage {
  /** At most `limit`, or none, also before the last page. Newest first by the moment the start was meant, as the id tells. */
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

export function isEndChatSessionResponse(value: unknown): value is EndChatSessionResponse {
  return holdsChatSession(value) && typeof (value as EndChatSessionResponse).alreadyEnded === 'boolean';
}

export function isChatSessionPage(value: unknown): value is ChatSessionPage {
  const page = value as ChatSessionPage | null;
  return Array.isArray(page?.items) && typeof page.nextCursor === 'string';
}
