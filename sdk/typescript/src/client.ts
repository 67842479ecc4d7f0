// The clients: one per API key.
import { type ApiKey, fixedKey, fixedOrAskedKey } from './api-key.ts';
import { Chat } from './chat.ts';
import { UsageError } from './errors.ts';
import { type HeaderFields, withHeaders } from './headers.ts';
import { type CoreOptions, settingsOf } from './options.ts';
import { orUsageError } from './usage.ts';
import { type WatchOptions, watchOf } from './watch.ts';

export interface ClientOptions extends Omit<CoreOptions, 'apiKey'>, WatchOptions {
  /**
   * An API key or a session JWT, or a function that gives it, also as a promise: it is asked before each attempt, and once
   * more in a call whose answer is 401. Default: `MOONBORN_API_KEY` of the environment.
   */
  apiKey?: ApiKey | undefined;
  /** Sent with every request, beside the SDK's own headers, which cannot be replaced. */
  defaultHeaders?: HeaderFields | undefined;
}

export class Moonborn {
  readonly chat: Chat;

  constructor(options: ClientOptions = {}) {
    this.chat = new Chat(
      orUsageError(() => {
        const given = options ?? {};
        const headers = withHeaders({}, given.defaultHeaders);
        return {
          ...settingsOf(given, fixedOrAskedKey),
          headersOf: (changes) => withHeaders(headers, changes),
          watch: watchOf(given),
        };
      }),
    );
  }
}

/**
 * `Moonborn` for builds in which every byte counts: without a logger, callbacks, headers of your own and functions as a key,
 * and without the code for them where nothing else imports `Moonborn`.
 */
export class MoonbornCore {
  readonly chat: Chat;

  constructor(options: CoreOptions = {}) {
    this.chat = new Chat(
      orUsageError(() => ({ ...settingsOf(options ?? {}, fixedKey), headersOf: noHeaders })),
    );
  }
}

function noHeaders(changes: unknown): Record<string, string> {
  if (changes == null) return {};
  throw new UsageError('MoonbornCore sends no headers of your own: use Moonborn.');
}
