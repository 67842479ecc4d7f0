// The log lines that a test brought about, kept off the screen.
import { afterEach, beforeEach, vi } from 'vitest';

export interface LogLines {
  /** Everything that was written, as text. */
  readonly text: () => string;
  /** Without the one of the cold start, which whichever call is the first of a file brings about. */
  readonly parsed: () => Record<string, unknown>[];
}

/** Called at the top of a test file; what is logged is forgotten after each test. */
export function captureLogs(): LogLines {
  let text = '';
  beforeEach(() => {
    text = '';
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        text += chunk;
        return true;
      });
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return {
    text: () => text,
    parsed: () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
        .filter(({ message }) => message !== 'cold start'),
  };
}
