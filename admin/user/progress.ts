// How far a long read has come, on stderr: a line every few seconds.
import type { ReadSoFar } from './read-paced.ts';

const EVERY_MS = 5_000;

export function tellProgress(asJson: boolean, now: () => number = Date.now) {
  let toldMs = now();
  return ({ items, readUnits }: ReadSoFar) => {
    if (now() - toldMs < EVERY_MS) {
      return;
    }
    toldMs = now();
    const progress = { items, readUnits: Math.ceil(readUnits) };
    process.stderr.write(
      asJson
        ? `${JSON.stringify({ progress })}\n`
        : `… ${progress.items} items read, ${progress.readUnits} read units\n`,
    );
  };
}
