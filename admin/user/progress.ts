// How far a long read has come, a line every few seconds.
import type { ReadSoFar } from './read-paced.ts';

const EVERY_MS = 5_000;

export interface ProgressOptions {
  readonly asJson: boolean;
  readonly write: (line: string) => void;
  readonly now?: () => number;
}

export function tellProgress({ asJson, write, now = Date.now }: ProgressOptions) {
  let toldMs = now();
  return ({ items, readUnits }: ReadSoFar): void => {
    if (now() - toldMs < EVERY_MS) {
      return;
    }
    toldMs = now();
    const progress = { items, readUnits: Math.ceil(readUnits) };
    write(
      asJson
        ? JSON.stringify({ progress })
        : `… ${progress.items} items read, ${progress.readUnits} read units`,
    );
  };
}
