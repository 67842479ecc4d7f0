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
import type { CallOptions, Settings, StartOptions } from './options.ts';
import { ChatSessionPagePromise } from './page-promise.ts';
import { uuidV7 } from './uuid-v7.ts';

export class Chat {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Starts a session with a persona. Retries cannot start a second one: they carry the same idempotency key. */
  async startChatSession(
    { id, ...body }: StartChatSessionRequest,
    options: StartOptions = {},
  ): Promise<StartChatSessionResponse> {
    return call(
      this.#settings,
      {
        method: 'POST',
        path: `/v1/personas/${segment(id)}/chat/sessions`,
        body,
        idempotencyKey: checkedKey(options.idempotencyKey ?? newKey()),
        accepts: holdsChatSession,
      },
      options,
    );
  }

  /** The sessions of a persona, newest first: `await` gives one page, `for await` walks over all sessions. */
  listChatSessionsForPersona(
    { id, ...query }: ListChatSessionsRequest,
    options: CallOptions = {},
  ): ChatSessionPagePromise {
    return new ChatSessionPagePromise(async (cursor = query.cursor) =>
      call(
        this.#settings,
        {
          method: 'GET',
          path: `/v1/personas/${segment(id)}/chat/sessions`,
          query: { ...query, cursor },
          accepts: isChatSessionPage,
        },
        options,
      ),
    );
  }

  async getChatSession({ id }: SessionReference, options: CallOptions = {}): Promise<ChatSession> {
    const path = `/v1/chat/sessions/${segment(id)}`;
    return call(this.#settings, { method: 'GET', path, accepts: isChatSession }, options);
  }

  /** Ends a session and keeps its history. Ending it again succeeds, with `alreadyEnded`. */
  async endChatSession({ id }: SessionReference, options: CallOptions = {}): Promise<EndChatSessionResponse> {
    const path = `/v1/chat/sessions/${segment(id)}/end`;
    return call(this.#settings, { method: 'POST', path, accepts: isEndChatSessionResponse }, options);
  }

  /** Ends a session and deletes it for good. */
  async deleteChatSession({ id }: SessionReference, options: CallOptions = {}): Promise<void> {
    const path = `/v1/chat/sessions/${segment(id)}`;
    await call(this.#settings, { method: 'DELETE', path, accepts: anything, doneWhenGone: true }, options);
  }
}

// Encoding leaves dots alone, and a path of dots would reach another resource.
function segment(id: unknown): string {
  if (typeof id === 'string' && !/^\.{0,2}$/.test(id)) return encodeURIComponent(id);
  throw new UsageError(`id must be the id of a persona or a session, given: ${JSON.stringify(id)}.`);
}

function checkedKey(key: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const given = JSON.stringify(key);
  throw new UsageError(`idempotencyKey must be 1 to 255 visible ASCII characters, given: ${given}.`);
}

function newKey(): string {
  return uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
}

function anything(_json: unknown): _json is unknown {
  return true;
}
