// The chat family: a method per operation of the API.
import { call } from './call.ts';
import {
  type ChatSession,
  type EndChatSessionResponse,
  holdsChatSession,
  isChatSession,
  isChatSessionPage,
  isEndChatSessionResponse,
  type ListChatSessionsRequest,
  type SessionReference,
  type StartChatSessionRequest,
  type StartChatSessionResponse,
} from './chat-contract.ts';
import { UsageError } from './errors.ts';
import { checkedKey, keyAt } from './idempotency-key.ts';
import type { CallOptions, Settings, StartOptions } from './options.ts';
import { ChatSessionPagePromise } from './page-promise.ts';
import { show } from './usage.ts';

export class Chat {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Starts a session with a persona. Retries cannot start a second one: they carry the same idempotency key. */
  async startChatSession(
    request: StartChatSessionRequest,
    options: StartOptions = {},
  ): Promise<StartChatSessionResponse> {
    return call(
      this.#settings,
      () => {
        const { id, ...body } = request;
        const own = options?.idempotencyKey ?? undefined;
        return {
          method: 'POST',
          path: `/v1/personas/${segment(id)}/chat/sessions`,
          body,
          ...(own === undefined ? { keyAt } : { idempotencyKey: checkedKey(own) }),
          accepts: holdsChatSession,
        };
      },
      options,
    );
  }

  /**
   * The sessions of a persona: `await` gives one page, `for await` walks over all sessions. Newest first by the moment
   * the start was meant, as the id tells; `startedAt` is the server's time.
   */
  listChatSessionsForPersona(
    request: ListChatSessionsRequest,
    options: CallOptions = {},
  ): ChatSessionPagePromise {
    return new ChatSessionPagePromise(async (nextCursor) =>
      call(
        this.#settings,
        () => {
          const { id, ...query } = request;
          return {
            method: 'GET',
            path: `/v1/personas/${segment(id)}/chat/sessions`,
            query: { ...query, cursor: nextCursor ?? query.cursor },
            accepts: isChatSessionPage,
          };
        },
        options,
      ),
    );
  }

  async getChatSession(reference: SessionReference, options: CallOptions = {}): Promise<ChatSession> {
    return call(
      this.#settings,
      () => ({ method: 'GET', path: pathOf(reference), accepts: isChatSession }),
      options,
    );
  }

  /** Ends a session and keeps its history. Ending it again succeeds, with `alreadyEnded`. */
  async endChatSession(
    reference: SessionReference,
    options: CallOptions = {},
  ): Promise<EndChatSessionResponse> {
    return call(
      this.#settings,
      () => ({ method: 'POST', path: `${pathOf(reference)}/end`, accepts: isEndChatSessionResponse }),
      options,
    );
  }

  /** Ends a session and deletes it for good. */
  async deleteChatSession(reference: SessionReference, options: CallOptions = {}): Promise<void> {
    await call(
      this.#settings,
      () => ({ method: 'DELETE', path: pathOf(reference), accepts: anything, doneWhenGone: true }),
      options,
    );
  }
}

function pathOf({ id }: SessionReference): string {
  return `/v1/chat/sessions/${segment(id)}`;
}

// Encoding leaves dots alone, and a path of dots would reach another resource; half a surrogate pair has no encoding.
function segment(id: unknown): string {
  if (typeof id === 'string' && !/^\.{0,2}$|\p{Surrogate}/u.test(id)) return encodeURIComponent(id);
  throw new UsageError(`id must be the id of a persona or a session, given: ${show(id)}.`);
}

function anything(_json: unknown): _json is unknown {
  return true;
}
