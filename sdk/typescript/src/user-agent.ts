// How the SDK names itself to the server, where it may.
import { version } from './version.ts';

// In browsers the name is the browser's; a header of ours would only cost a preflight or be dropped.
export function userAgent(): Record<string, string> {
  const runtime = (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent ?? '';
  return runtime.startsWith('Mozilla')
    ? {}
    : { 'user-agent': `moonborn-typescript/${version} ${runtime}`.trim() };
}
