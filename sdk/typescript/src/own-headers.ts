// How the SDK names itself to the server, and an attempt that is not the first, where it may.
import { version } from './version.ts';

// In browsers the name is the browser's. A header of ours would cost a preflight, or fail a retry where CORS does not name it.
export function ownHeaders(attempt: number): Record<string, string> {
  const runtime = (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent ?? '';
  if (runtime.startsWith('Mozilla')) return {};
  return {
    'user-agent': `moonborn-typescript/${version} ${runtime}`.trim(),
    ...(attempt > 1 && { 'x-moonborn-retry-count': `${attempt - 1}` }),
  };
}
