// Everything that callers of @moonborn/sdk can name.
import { Moonborn, MoonbornCore } from './client.ts';

export default Moonborn;
export type { ApiKey } from './api-key.ts';
export type { APIPromise, APIResponse, WithRequestId } from './api-promise.ts';
export type { CancelSignal } from './cancel-signal.ts';
export type { Chat } from './chat.ts';
export type {
  ChatSession,
  ChatSessionMetadata,
  ChatSessionPage,
  ChatSessionStatus,
  EndChatSessionResponse,
  ListChatSessionsForPersonaRequest,
  ListChatSessionsRequest,
  PageRequest,
  RecordChatTurnRequest,
  RecordChatTurnResponse,
  SessionReference,
  StartChatSessionRequest,
  StartChatSessionResponse,
  UpdateChatSessionRequest,
  UpdateChatSessionResponse,
} from './chat-contract.ts';
export type { ClientOptions } from './client.ts';
export {
  APIConnectionError,
  APIError,
  APITimeoutError,
  ConflictError,
  type ErrorCode,
  type ErrorFacts,
  ForbiddenError,
  MalformedResponseError,
  MoonbornError,
  NotFoundError,
  RateLimitError,
  ServerError,
  UnauthorizedError,
  UsageError,
  ValidationError,
} from './errors.ts';
export type { AnswerHeaders, Fetch, FetchAnswer, FetchRequest } from './fetch.ts';
export type { HeaderFields } from './headers.ts';
export type { CallOptions, CoreOptions, Limits, StartOptions } from './options.ts';
export type { ChatSessionPagePromise } from './page-promise.ts';
export type { RateLimit } from './rate-limit.ts';
export type { Logger, LogLevel, NearCap, Retry, WatchOptions } from './watch.ts';
export { Moonborn, MoonbornCore };
