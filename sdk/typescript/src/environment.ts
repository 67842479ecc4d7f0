// The environment, in runtimes that have one and let it be read.
import { orUndefined } from './usage.ts';

// Not every runtime has an environment, and Deno asks for permission.
export function environment(name: string): string | undefined {
  type Process = { env?: Record<string, string | undefined> };
  return orUndefined(() => (globalThis as { process?: Process }).process?.env?.[name]);
}
