// The log lines that a test brought about, kept off the screen.
import { afterEach, beforeEach, vi } from 'vitest';

export interface LogLines {
  /** Everything that was written, as text. */
  readonly text: () => string;
  readonly parsed: () => Record<string, unknown>[];
}

/** Called at the top of a test file; what is logged is forgotten after each test. */
export function captureLogs(): LogLines {
  let lines: string[] = [];
  beforeEach(() => {
    lines = [];
    for (const level of ['debug', 'log', 'info', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
        lines.push(parts.map(String).join(' '));
      });
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return { text: () => lines.join('\n'), parsed: () => lines.map((line) => JSON.parse(line)) };
}
