// What callers may set, for a client and for one call; checked once, with the defaults filled in.
import type { KeySource } from './api-key.ts';
import type { CancelSignal } from './cancel-signal.ts';
import { environment } from './environment.ts';
import type { Fetch } from './fetch.ts';
import type { HeaderFields } from './headers.ts';
import { checkedFunction, mustBe, orUndefined } from './usage.ts';
import type { Watch } from './watch.ts';

export interface Limits {
  /** For each attempt, from sending to the last byte of the answer. Default 30,000. */
  timeoutMs?: number | undefined;
  /** For all attempts of a call and the waits between them. Default 120,000. */
  totalTimeoutMs?: number | undefined;
  /** Attempts after the first one. Default 2. */
  maxRetries?: number | undefined;
}

export interface CoreOptions extends Limits {
  /** An API key or a session JWT. Default: `MOONBORN_API_KEY` of the environment. */
  apiKey?: string | undefined;
  /** Default: `MOONBORN_BASE_URL` of the environment, else `https://api.moonborn.co`. */
  baseUrl?: string | undefined;
  /** Default: the runtime's own. */
  fetch?: Fetch | undefined;
}

export interface CallOptions extends Limits {
  /** Cancels the call, which then fails with the signal's reason. */
  signal?: CancelSignal | undefined;
  /** On top of `defaultHeaders`: for this call alone. */
  headers?: HeaderFields | undefined;
}

export interface StartOptions extends CallOptions {
  /** Two starts with one key are one session. Default: a new UUIDv7 for each call. */
  idempotencyKey?: string | undefined;
}

type LimitValues = Required<{ [name in keyof Limits]: number }>;

export interface Settings extends LimitValues, KeySource {
  baseUrl: string;
  fetch: Fetch | undefined;
  /** The caller's own headers for a call. */
  headersOf(changes: HeaderFields | null | undefined): Record<string, string>;
  watch?: Watch;
}

export function settingsOf(
  options: Omit<CoreOptions, 'apiKey'> & { apiKey?: unknown },
  keySourceOf: (given: unknown) => KeySource,
): Omit<Settings, 'headersOf' | 'watch'> {
  const limits = { timeoutMs: 30_000, totalTimeoutMs: 120_000, maxRetries: 2 };
  return {
    ...keySourceOf(options.apiKey || environment('MOONBORN_API_KEY')),
    baseUrl: checkedBaseUrl(options.baseUrl || environment('MOONBORN_BASE_URL') || 'https://api.moonborn.co'),
    fetch: checkedFunction('fetch', options.fetch),
    ...limitsOf(limits, options),
  };
}

export function limitsOf(limits: LimitValues, changes: Limits | null | undefined): LimitValues {
  const checked = (name: keyof Limits, least: number): number => {
    const value: unknown = changes?.[name] ?? limits[name];
    if (typeof value === 'number' && value >= least) return value;
    throw mustBe(name, `${least} or more`, value);
  };
  return {
    timeoutMs: checked('timeoutMs', 1),
    totalTimeoutMs: checked('totalTimeoutMs', 1),
    maxRetries: checked('maxRetries', 0),
  };
}

export function checkedSignal(options: CallOptions | null | undefined): CancelSignal | undefined {
  const signal = options?.signal ?? undefined;
  if (!signal || typeof signal.addEventListener === 'function') return signal;
  throw mustBe('signal', 'an AbortSignal', signal);
}

function checkedBaseUrl(baseUrl: unknown): string {
  const url = orUndefined(() => new URL(baseUrl as string));
  // By the address, since an empty query or fragment is a single character at its end, and in no property.
  if (url && /^https?:/.test(url.href) && !/[?#]|^\w+:\/\/[^/]*@/.test(url.href)) {
    return url.href.replace(/\/+$/, '');
  }
  throw mustBe('baseUrl', 'an http or https address without credentials or a query', baseUrl);
}
