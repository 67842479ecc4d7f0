// A log file of this run, with its latest lines in memory.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

export interface LineLog {
  append(line: string): void;
  latest(): string[];
  close(): Promise<void>;
}

/** Lines are written in batches: under load, a write for each line would take longer than its request. */
const BATCH_MS = 100;

/** More would be most of what the local stack takes after some ten thousand requests. */
export const LINES_IN_MEMORY = 5_000;

export function openLineLog(file: string): LineLog {
  const stream = createWriteStream(file, { flags: 'w', mode: 0o600 });
  let lines: string[] = [];
  let batch = '';
  let nextWrite: NodeJS.Timeout | undefined;

  function writeBatch(): void {
    clearTimeout(nextWrite);
    nextWrite = undefined;
    stream.write(batch);
    batch = '';
  }

  return {
    append(line) {
      batch += `${line}\n`;
      nextWrite ??= setTimeout(writeBatch, BATCH_MS);
      lines.push(line);
      if (lines.length > LINES_IN_MEMORY * 2) {
        lines = lines.slice(-LINES_IN_MEMORY);
      }
    },
    latest: () => lines.slice(-LINES_IN_MEMORY),
    async close() {
      writeBatch();
      stream.end();
      await once(stream, 'finish');
    },
  };
}
