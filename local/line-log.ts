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

export function openLineLog(file: string, linesInMemory: number): LineLog {
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
      if (lines.length > linesInMemory * 2) {
        lines = lines.slice(-linesInMemory);
      }
    },
    latest: () => lines.slice(-linesInMemory),
    async close() {
      writeBatch();
      stream.end();
      await once(stream, 'finish');
    },
  };
}
