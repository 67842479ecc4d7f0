// A log file of this run, with its latest lines in memory.
import { writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';

export interface LineLog {
  append(line: string): void;
  latest(): string[];
  close(): Promise<void>;
}

/** Lines are written in batches: under load, a write for each line would take longer than its request. */
const BATCH_MS = 100;

/** More would be most of what the local stack takes after some ten thousand requests. */
export const LINES_IN_MEMORY = 5_000;

/** A file that can't be written, as on a full disk, lacks lines and says so later. Nothing else fails for it. */
export function openLineLog(file: string): LineLog {
  writeFileSync(file, '', { mode: 0o600 });
  let lines: string[] = [];
  const batch: string[] = [];
  let lost = 0;
  let nextWrite: NodeJS.Timeout | undefined;
  let written = Promise.resolve();

  function writeBatch(): void {
    clearTimeout(nextWrite);
    nextWrite = undefined;
    const text = batch.splice(0);
    written = written.then(() => write(text));
  }

  async function write(text: string[]): Promise<void> {
    const gap = lost === 0 ? [] : [`(${lost} lines are missing: the file could not be written)`];
    try {
      await appendFile(file, [...gap, ...text, ''].join('\n'));
      lost = 0;
    } catch {
      lost += text.length;
    }
  }

  return {
    append(line) {
      batch.push(line);
      nextWrite ??= setTimeout(writeBatch, BATCH_MS);
      lines.push(line);
      if (lines.length > LINES_IN_MEMORY * 2) {
        lines = lines.slice(-LINES_IN_MEMORY);
      }
    },
    latest: () => lines.slice(-LINES_IN_MEMORY),
    async close() {
      writeBatch();
      await written;
    },
  };
}
