// A call that is a promise of its result, and can be asked for the whole answer.
import type { AnswerHeaders } from './fetch.ts';
import type { RateLimit } from './rate-limit.ts';

/** A result with the id of its request: quote it to support. The property is not enumerable, so it is in no copy and no JSON. */
export type WithRequestId<Data> = Data & { readonly requestId?: string };

export interface APIResponse<Data> {
  data: Data;
  /** The HTTP status. */
  status: number;
  /** By name, in any case: `headers.get('x-request-id')`. */
  headers: AnswerHeaders;
  /** Finds this one request in our logs. */
  requestId: string | undefined;
  /** Requests that were made for this call: 1 when none was retried. */
  attempts: number;
  /** `null` where the service has no limits. */
  rateLimit: RateLimit | null;
}

/** `await` it for the result, or call `withResponse()` for the result with its status, headers, request id and rate limit. */
export class APIPromise<Data> extends Promise<Data> {
  readonly #send: () => Promise<APIResponse<Data>>;
  #sent: Promise<APIResponse<Data>> | undefined;

  constructor(send: () => Promise<APIResponse<Data>>) {
    // The promise below is never looked at: all that reads a promise goes through `then`.
    super(() => {});
    this.#send = send;
  }

  /** The result with what came with it. Sends nothing more. */
  withResponse(): Promise<APIResponse<Data>> {
    this.#sent ??= this.#send();
    return this.#sent;
  }

  // biome-ignore lint/suspicious/noThenProperty: being awaited is its purpose
  override then<A = Data, B = never>(
    onData?: ((data: Data) => A | PromiseLike<A>) | null,
    // biome-ignore lint/suspicious/noExplicitAny: as for every promise
    onError?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.withResponse()
      .then(({ data }) => data)
      .then(onData, onError);
  }

  // What `finally` makes its promise with; `catch` and `finally` themselves go through `then`.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }
}
