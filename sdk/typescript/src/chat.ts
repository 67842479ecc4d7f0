// The chat family: a method per operation of the API.
import { APIPromise, type WithRequestId } from './api-promise.ts';
import { call, type Operation } from './call.ts';
import {
  type ChatSession,
  type ChatSessionPage,
  type EndChatSessionResponse,
  holdsChatSession,
  isChatSession,
  isChatSessionPage,
  isEndChatSessionResponse,
  isRecordChatTurnResponse,
  type ListChatSessionsForPersonaRequest,
  type ListChatSessionsRequest,
  type PageRequest,
  type RecordChatTurnRequest,
  type RecordChatTurnResponse,
  type SessionReference,
  type StartChatSessionRequest,
  type StartChatSessionResponse,
  type UpdateChatSessionRequest,
  type UpdateChatSessionResponse,
} from './chat-contract.ts';
import { checkedKey, keyAt } from './idempotency-key.ts';
import type { CallOptions, Settings, StartOptions } from './options.ts';
import { ChatSessionPagePromise } from './page-promise.ts';
import { mustBe } from './usage.ts';

export class Chat {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Starts a session with a persona. Retries cannot start a second one: they carry the same idempotency key. */
  startChatSession(
    request: StartChatSessionRequest,
    options?: StartOptions,
  ): APIPromise<WithRequestId<StartChatSessionResponse>> {
    return this.#call<StartChatSessionResponse>(() => {
      const { id, ...body } = request;
      const own = options?.idempotencyKey;
      return {
        method: 'POST',
        path: `/v1/personas/${segment(id)}/chat/sessions`,
        body,
        idempotencyKey: own == null ? keyAt(Date.now()) : checkedKey(own),
        mayReplaceKey: own == null,
        accepts: holdsChatSession,
      };
    }, options);
  }

  /**
   * The sessions of a persona: `await` gives one page, `for await` walks over all sessions. Newest first by the moment
   * the start was meant, as the id tells; `startedAt` is the server's time.
   */
  listChatSessionsForPersona(
    request: ListChatSessionsForPersonaRequest,
    options?: CallOptions,
  ): ChatSessionPagePromise {
    return this.#list(() => {
      const { id, ...query } = request;
      return { path: `/v1/personas/${segment(id)}/chat/sessions`, query };
    }, options);
  }

  /**
   * The sessions of the user of the credentials, over all personas of the workspace: `await` gives one page, `for await`
   * walks over all sessions. Newest first by the time in the id. A session is in this list a moment after its start, less
   * than a second as a rule. A deployment that has not switched the list on answers with a `NotFoundError`.
   */
  listChatSessions(request?: ListChatSessionsRequest, options?: CallOptions): ChatSessionPagePromise {
    return this.#list(() => ({ path: '/v1/chat/sessions', query: { ...request } }), options);
  }

  /** The session as it is now, from the moment it was started. */
  getChatSession(reference: SessionReference, options?: CallOptions): APIPromise<WithRequestId<ChatSession>> {
    return this.#call<ChatSession>(
      () => ({ method: 'GET', path: pathOf(reference.id), accepts: isChatSession }),
      options,
    );
  }

  /**
   * Counts one exchange with the persona, exactly once: a turn that is sent again, by a retry or by you, changes nothing and
   * succeeds, with `alreadyRecorded`. A turn that cannot be counted is a `ConflictError`, which says why.
   */
  recordChatTurn(
    request: RecordChatTurnRequest,
    options?: CallOptions,
  ): APIPromise<WithRequestId<RecordChatTurnResponse>> {
    return this.#call<RecordChatTurnResponse>(() => {
      const { id, ...body } = request;
      return { method: 'POST', path: `${pathOf(id)}/turns`, body, accepts: isRecordChatTurnResponse };
    }, options);
  }

  /**
   * Changes the title, the metadata or whether a session is archived. Of two changes of one field at the same time, the later
   * one stays; a retry counts as sent when it is sent.
   */
  updateChatSession(
    request: UpdateChatSessionRequest,
    options?: CallOptions,
  ): APIPromise<WithRequestId<UpdateChatSessionResponse>> {
    return this.#call<UpdateChatSessionResponse>(() => {
      const { id, ...body } = request;
      return { method: 'PATCH', path: pathOf(id), body, accepts: holdsChatSession };
    }, options);
  }

  /** Ends a session. Its counters stay, and it takes no more turns. Ending it again succeeds, with `alreadyEnded`. */
  endChatSession(
    reference: SessionReference,
    options?: CallOptions,
  ): APIPromise<WithRequestId<EndChatSessionResponse>> {
    return this.#call<EndChatSessionResponse>(
      () => ({ method: 'POST', path: `${pathOf(reference.id)}/end`, accepts: isEndChatSessionResponse }),
      options,
    );
  }

  /** Ends a session and deletes it for good. */
  deleteChatSession(reference: SessionReference, options?: CallOptions): APIPromise<void> {
    return this.#call(() => ({ method: 'DELETE', path: pathOf(reference.id), doneWhenGone: true }), options);
  }

  // Sent at once, whether or not anybody waits for it.
  #call<Result>(
    read: () => Operation<Result>,
    options: CallOptions | undefined,
  ): APIPromise<WithRequestId<Result>> {
    const promise = new APIPromise(() => call(this.#settings, read, options));
    promise.withResponse();
    return promise;
  }

  #list(
    read: () => { path: string; query: PageRequest },
    options: CallOptions | undefined,
  ): ChatSessionPagePromise {
    return new ChatSessionPagePromise((nextCursor) =>
      call<ChatSessionPage>(
        this.#settings,
        () => {
          const { path, query } = read();
          const cursor = nextCursor ?? query.cursor;
          return { method: 'GET', path, query: { ...query, cursor }, accepts: isChatSessionPage };
        },
        options,
      ),
    );
  }
}

function pathOf(id: string): string {
  return `/v1/chat/sessions/${segment(id)}`;
}

// Encoding leaves dots alone, and a path of dots would reach another resource; half a surrogate pair has no encoding.
function segment(id: unknown): string {
  if (typeof id === 'string' && !/^\.{0,2}$|\p{Surrogate}/u.test(id)) return encodeURIComponent(id);
  throw mustBe('id', 'the id of a persona or a session', id);
}
