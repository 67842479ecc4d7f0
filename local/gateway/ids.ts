// The ids that the gateway gives to requests and traces.
import { randomFillSync } from 'node:crypto';

/** Random bytes are fetched many at a time: a call for a few costs as much as one for thousands. */
const pool = Buffer.alloc(8192);
let used = pool.length;

/** 16 characters, as the gateway's own ids are. */
export function newRequestId(): string {
  return randomBytes(11).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}

function randomBytes(size: number): Buffer {
  if (used + size > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += size;
  return pool.subarray(used - size, used);
}
