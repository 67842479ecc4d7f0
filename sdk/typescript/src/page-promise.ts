// A list that is a promise of its first page, and an iteration over the sessions or the pages from there on.
import { APIPromise, type APIResponse, type WithRequestId } from './api-promise.ts';
import type { ChatSession, ChatSessionPage } from './chat-contract.ts';

type Page = WithRequestId<ChatSessionPage>;

/** `await` it for one page, or `for await` over it for every session. Nothing is sent before one of the two. */
export class ChatSessionPagePromise extends APIPromise<Page> implements AsyncIterable<ChatSession> {
  readonly #fetchPage: (cursor?: string) => Promise<APIResponse<Page>>;

  constructor(fetchPage: (cursor?: string) => Promise<APIResponse<Page>>) {
    super(fetchPage);
    this.#fetchPage = fetchPage;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ChatSession, void, undefined> {
    for await (const { items } of this.iterPages()) yield* items;
  }

  /** Every page, asked for as it is needed. */
  async *iterPages(): AsyncGenerator<Page, void, undefined> {
    let page: Page = await this;
    for (;;) {
      yield page;
      if (page.nextCursor === '') return;
      page = (await this.#fetchPage(page.nextCursor)).data;
    }
  }
}
