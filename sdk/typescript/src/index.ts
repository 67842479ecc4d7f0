// Everything that callers of @moonborn/sdk can name.
import { Moonborn } from './client.ts';

export default Moonborn;
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
export {
  ApiError,
  ConflictError,
  ConnectionError,
  type ErrorCode,
  type ErrorFacts,
  ForbiddenError,
  MalformedResponseError,
  MoonbornError,
  NotFoundError,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnauthorizedError,
  UsageError,
  ValidationError,
} from './errors.ts';
export type { Fetch, FetchAnswer, FetchRequest } from './fetch.ts';
export type { CallOptions, CancelSignal, ClientOptions, StartOptions } from './options.ts';
export type { ChatSessionPagePromise } from './page-promise.ts';
export { Moonborn };
