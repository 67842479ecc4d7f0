// What callers may set, for a client and for one call; checked once, with the defaults filled in.
import { UsageError } from './errors.ts';
import type { Fetch } from './fetch.ts';
import { show } from './usage.ts';

/** What an `AbortSignal` is, whatever runtime it comes from. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface Limits {
  /** For each attempt, from sending to the last byte of the answer. Default 30,000. */
  timeoutMs?: number | undefined;
  /** For all attempts of a call and the waits between them. Default 120,000. */
  totalTimeoutMs?: number | undefined;
  /** Attempts after the first one. Default 2. */
  maxRetries?: number | undefined;
}

export interface ClientOptions extends Limits {
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
}

export interface StartOptions extends CallOptions {
  /** Two starts with one key are one session. Default: a new UUIDv7 for each call. */
  idempotencyKey?: string | undefined;
}

export interface Settings extends Required<{ [name in keyof Limits]: number }> {
  apiKey: string;
  baseUrl: string;
  fetch: Fetch | undefined;
}

const defaults = { timeoutMs: 30_000, totalTimeoutMs: 120_000, maxRetries: 2 };

export function settingsOf(options: ClientOptions): Settings {
  return {
    apiKey: checkedApiKey(options.apiKey || environment('MOONBORN_API_KEY')),
    baseUrl: checkedBaseUrl(options.baseUrl || environment('MOONBORN_BASE_URL') || 'https://api.moonborn.co'),
    fetch: checkedFetch(options.fetch),
    ...limitsOf(defaults, options),
  };
}

export function limitsOf<S extends typeof defaults>(settings: S, changes: Limits | null | undefined): S {
  const limits = { ...settings };
  for (const name of ['timeoutMs', 'totalTimeoutMs', 'maxRetries'] as const) {
    const value: unknown = changes?.[name] ?? settings[name];
    const least = name === 'maxRetries' ? 0 : 1;
    if (typeof value !== 'number' || !(value >= least)) {
      throw new UsageError(`${name} must be ${least} or more, given: ${show(value)}.`);
    }
    limits[name] = value;
  }
  return limits;
}

export function checkedSignal(options: CallOptions | null | undefined): CancelSignal | undefined {
  const signal = options?.signal ?? undefined;
  if (!signal || (isFunction(signal.addEventListener) && isFunction(signal.removeEventListener)))
    return signal;
  throw new UsageError(`signal must be an AbortSignal, given: ${show(signal)}.`);
}

function checkedFetch(fetch: Fetch | null | undefined): Fetch | undefined {
  if (fetch == null || isFunction(fetch)) return fetch ?? undefined;
  throw new UsageError(`fetch must be a function, given: ${show(fetch)}.`);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

// A character that no header can carry would otherwise come back inside the runtime's own error, key and all.
function checkedApiKey(apiKey: string | undefined): string {
  if (!apiKey) throw new UsageError('No API key: pass `apiKey`, or set MOONBORN_API_KEY in the environment.');
  if (typeof apiKey === 'string' && /^[\x21-\x7e]+$/.test(apiKey)) return apiKey;
  throw new UsageError(
    'The API key is not a string, or holds a space, a line end or another character that keys do not have.',
  );
}

function checkedBaseUrl(baseUrl: unknown): string {
  let url: URL | undefined;
  try {
    url = new URL(baseUrl as string);
  } catch {}
  // An empty query or fragment is a single character at the end of the address, and in no property.
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !/[?#]/.test(url.href)) {
    return url.href.replace(/\/+$/, '');
  }
  const given = show(baseUrl).replace(/\/\/.*@/, '//***@');
  throw new UsageError(
    `baseUrl must be an http or https address without credentials or a query, given: ${given}`,
  );
}

// Not every runtime has an environment, and Deno asks for permission.
function environment(name: string): string | undefined {
  try {
    return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name];
  } catch {
    return undefined;
  }
}
