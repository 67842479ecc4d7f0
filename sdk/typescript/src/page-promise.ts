// A list that is a promise of its first page, and an iteration over the sessions of all pages.
import type { ChatSession, ChatSessionPage } from './chat-contract.ts';

/** `await` it for one page, or `for await` over it for every session. Nothing is sent before one of the two. */
export class ChatSessionPagePromise implements Promise<ChatSessionPage>, AsyncIterable<ChatSession> {
  readonly #fetchPage: (cursor?: string) => Promise<ChatSessionPage>;
  #firstPage: Promise<ChatSessionPage> | undefined;

  constructor(fetchPage: (cursor?: string) => Promise<ChatSessionPage>) {
    this.#fetchPage = fetchPage;
  }

  get [Symbol.toStringTag](): string {
    return 'ChatSessionPagePromise';
  }

  // biome-ignore lint/suspicious/noThenProperty: being awaited is its purpose
  then<A = ChatSessionPage, B = never>(
    onPage?: ((page: ChatSessionPage) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#first().then(onPage, onError);
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<ChatSessionPage | B> {
    return this.#first().catch(onError);
  }

  finally(onSettled?: (() => void) | null): Promise<ChatSessionPage> {
    return this.#first().finally(onSettled);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ChatSession, void, undefined> {
    let page = await this.#first();
    for (;;) {
      yield* page.items;
      if (page.nextCursor === '') return;
      page = await this.#fetchPage(page.nextCursor);
    }
  }

  #first(): Promise<ChatSessionPage> {
    this.#firstPage ??= this.#fetchPage();
    return this.#firstPage;
  }
}
