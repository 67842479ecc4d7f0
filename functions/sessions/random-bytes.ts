// Random bytes for ids, drawn many at a time: a few take as long to draw as some hundreds.
import { randomBytes } from 'node:crypto';

const DRAWN_BYTES = 1_000;

let drawn = Buffer.alloc(0);
let used = 0;

/** No byte is handed out twice. */
export function takeRandomBytes(length: number): Uint8Array {
  if (used + length > drawn.length) {
    drawn = randomBytes(Math.max(length, DRAWN_BYTES));
    used = 0;
  }
  used += length;
  return drawn.subarray(used - length, used);
}
