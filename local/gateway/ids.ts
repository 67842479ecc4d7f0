// The ids of requests and traces.
import { randomFillSync } from 'node:crypto';

/** Generated many at a time: a few random bytes take as long as some thousands. */
const pool = Buffer.alloc(8192);
let used = pool.length;

/** 16 characters, as the ids of API Gateway. */
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
