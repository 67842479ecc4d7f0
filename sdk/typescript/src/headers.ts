// Headers of the caller's own, for a client and for one call.
import { UsageError } from './errors.ts';
import { mustBe, show } from './usage.ts';

/** By name, in any case. `null` or `undefined` takes away what the client has under that name. */
export type HeaderFields =
  | { readonly [name: string]: string | null | undefined }
  | Iterable<readonly [name: string, value: string]>;

const reserved = /^(accept|authorization|content-type|idempotency-key|x-moonborn-retry-count)$/;

/** Values are never shown: a gateway's key may be among them. */
export function withHeaders(
  headers: Record<string, string>,
  changes: HeaderFields | null | undefined,
): Record<string, string> {
  if (changes == null) return headers;
  if (typeof changes !== 'object') throw mustBe('headers', 'an object', changes);
  const changed = { ...headers };
  for (const [given, value] of Symbol.iterator in changes ? changes : Object.entries(changes)) {
    const name = String(given).toLowerCase();
    if (reserved.test(name)) throw new UsageError(`The header ${name} is the SDK's own: use its options.`);
    if (value == null) delete changed[name];
    else if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof value === 'string' && /^[\t -~]*$/.test(value))
      changed[name] = value;
    else
      throw new UsageError(`The header ${show(given)} must be of visible ASCII characters, name and value.`);
  }
  return changed;
}
