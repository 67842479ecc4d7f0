// What the SDK asks of `fetch`, so that its types need neither the DOM's nor Node's.

export interface FetchRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
  redirect: 'manual';
  /** In runtimes that know it. */
  cache?: 'no-store';
  // An AbortSignal; every runtime's types have one of their own.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  signal: any;
}

export interface FetchAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: AnswerHeaders;
  text(): Promise<string>;
}

/** What `Headers` is, as far as the SDK needs it. */
export interface AnswerHeaders {
  get(name: string): string | null;
}

export type Fetch = (url: string, request: FetchRequest) => Promise<FetchAnswer>;
