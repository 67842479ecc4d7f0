// Arguments that cannot work: shown without failing in turn, and always refused by a UsageError.
import { MoonbornError, UsageError } from './errors.ts';

/** Runs what reads the caller's arguments, getters and `toJSON` included: whatever it throws becomes a UsageError. */
export function orUsageError<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MoonbornError) throw cause;
    throw new UsageError(`The arguments cannot be sent: ${reasonOf(cause)}.`, cause);
  }
}

export function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Any value as text. */
export function show(value: unknown): string {
  const isPlain = typeof value === 'string' || typeof value === 'object';
  return orUndefined(() => (isPlain ? JSON.stringify(value) : String(value))) ?? typeof value;
}

export function checkedFunction<Value>(name: string, value: Value | null | undefined): Value | undefined {
  if (value == null || typeof value === 'function') return value ?? undefined;
  throw mustBe(name, 'a function', value);
}

/** The refusal of an argument: what it must be, and what was given, without the credentials of an address. */
export function mustBe(name: string, what: string, given: unknown): UsageError {
  return new UsageError(`${name} must be ${what}, given: ${show(given).replace(/\/\/.*@/, '//***@')}.`);
}

/** What an error says, or what it is when it says nothing. */
export function reasonOf(error: unknown): string {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : show(error);
}
