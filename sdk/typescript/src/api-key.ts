// The key of a request: fixed, or given by a function that is asked before each attempt.
import { UsageError } from './errors.ts';
import { reasonOf } from './usage.ts';

/** An API key or a session JWT, or a function that gives the one to use now. */
export type ApiKey = string | (() => string | PromiseLike<string>);

export interface KeySource {
  apiKey(): string | Promise<string>;
  /** The text without the keys: an error page, a message or a header may repeat what was sent. */
  withoutKeys(text: string): string;
}

export function fixedKey(given: unknown): KeySource {
  const key = checkedKey(given);
  return { apiKey: () => key, withoutKeys: (text) => text.replaceAll(key, hidden) };
}

export function fixedOrAskedKey(given: unknown): KeySource {
  if (typeof given !== 'function') return fixedKey(given);
  const keys = new Set<string>();
  return {
    async apiKey() {
      let asked: unknown;
      try {
        asked = await given();
      } catch (cause) {
        throw new UsageError(`The function \`apiKey\` failed: ${reasonOf(cause)}.`, cause);
      }
      const key = checkedKey(asked);
      keys.delete(key);
      keys.add(key);
      // A function that makes a new key for each attempt must not fill the memory.
      const [oldest = ''] = keys;
      if (keys.size > 100) keys.delete(oldest);
      return key;
    },
    withoutKeys: (text) => [...keys].reduce((rest, key) => rest.replaceAll(key, hidden), text),
  };
}

const hidden = '[API key]';

// A character that no header can carry would otherwise come back inside the runtime's own error, key and all.
function checkedKey(key: unknown): string {
  if (!key) throw new UsageError('No API key: pass `apiKey`, or set MOONBORN_API_KEY in the environment.');
  if (typeof key === 'string' && /^[\x21-\x7e]+$/.test(key)) return key;
  throw new UsageError('The API key must be a string of visible ASCII characters.');
}
