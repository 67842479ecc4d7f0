// A log file of this run, and its latest lines in memory.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

export interface LineLog {
  append(line: string): void;
  latest(): string[];
  close(): Promise<void>;
}

export function openLineLog(file: string, linesInMemory: number): LineLog {
  const stream = createWriteStream(file, { flags: 'w', mode: 0o600 });
  let lines: string[] = [];
  let pending = '';
  const writePending = () => {
    stream.write(pending);
    pending = '';
  };
  return {
    append(line) {
      if (pending === '') {
        setImmediate(writePending);
      }
      pending += `${line}\n`;
      lines.push(line);
      if (lines.length > linesInMemory * 2) {
        lines = lines.slice(-linesInMemory);
      }
    },
    latest: () => lines.slice(-linesInMemory),
    async close() {
      if (pending !== '') {
        writePending();
      }
      stream.end();
      await once(stream, 'finish');
    },
  };
}
