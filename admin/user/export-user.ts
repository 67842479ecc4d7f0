// A user's data as JSON lines: each session as it is published and as it is stored, and each API key without its secret.
import { parseSessionItem, sessionNow } from '../../functions/sessions/session-item.ts';
import { listedApiKey } from '../list-api-keys.ts';
import type { Pace } from './read-paced.ts';
import { readApiKeys, readSessions, type Tables, type User } from './user.ts';

export interface Exported {
  readonly sessions: number;
  readonly apiKeys: number;
}

/** @param write takes one line, and resolves when it can take another */
export async function exportUser(
  tables: Tables,
  user: User,
  how: 'index' | 'scan',
  pace: Pace,
  write: (line: string) => Promise<void>,
): Promise<Exported> {
  let [sessions, apiKeys] = [0, 0];
  for await (const entry of readApiKeys(tables.table, user)) {
    const apiKey = await listedApiKey(tables.table, entry, new Date());
    await write(JSON.stringify({ kind: 'apiKey', apiKey }));
    apiKeys += 1;
  }
  for await (const items of readSessions(tables, user, how, pace)) {
    for (const item of items) {
      const stored = parseSessionItem(item);
      if (stored.status !== 'deleted') {
        await write(JSON.stringify({ kind: 'session', session: sessionNow(stored), item }));
        sessions += 1;
      }
    }
  }
  return { sessions, apiKeys };
}
