// Arguments that cannot work: shown without failing in turn, and always refused by a UsageError.
import { MoonbornError, UsageError } from './errors.ts';

/** Runs what reads the caller's arguments, getters and `toJSON` included: whatever it throws becomes a UsageError. */
export function orUsageError<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MoonbornError) throw cause;
    throw new UsageError(`The arguments cannot be sent: ${messageOf(cause) ?? show(cause)}.`, cause);
  }
}

/** Any value as text. */
export function show(value: unknown): string {
  try {
    return typeof value === 'string' || typeof value === 'object' ? JSON.stringify(value) : String(value);
  } catch {
    return typeof value;
  }
}

export function messageOf(error: unknown): string | undefined {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : undefined;
}
