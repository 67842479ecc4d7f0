// ULIDs (github.com/ulid/spec) from a given time and given random bytes, so that the same intent gives the same ULID.
import { randomBytes } from 'node:crypto';

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;
export const ULID_RANDOM_BYTES = 10;
/** Generating a few random bytes takes as long as generating some hundreds. */
const DRAWN_BYTES = 100 * ULID_RANDOM_BYTES;

let drawn = Buffer.alloc(0);
let used = 0;

/**
 * @param timeMs milliseconds since the epoch, below 2^48
 * @param random 10 bytes
 * @returns 26 upper-case characters that sort by time
 */
export function encodeUlid(timeMs: number, random: Uint8Array): string {
  if (random.length !== ULID_RANDOM_BYTES) {
    throw new RangeError(`A ULID takes ${ULID_RANDOM_BYTES} random bytes, not ${random.length}`);
  }
  const characters = Buffer.allocUnsafe(TIME_CHARACTERS + RANDOM_CHARACTERS);
  writeTime(characters, timeMs);
  writeRandom(characters, random);
  return characters.toString('latin1');
}

export function isUlid(text: string): boolean {
  return ULID.test(text);
}

/** @returns {@link ULID_RANDOM_BYTES} random bytes; no byte is returned twice. */
export function takeRandomBytes(): Uint8Array {
  if (used === drawn.length) {
    drawn = randomBytes(DRAWN_BYTES);
    used = 0;
  }
  used += ULID_RANDOM_BYTES;
  return drawn.subarray(used - ULID_RANDOM_BYTES, used);
}

/** @returns milliseconds since the epoch. */
export function ulidTimeMs(ulid: string): number {
  return decode(ulid.slice(0, TIME_CHARACTERS));
}

/** @returns the last twenty bits, which are random. */
export function ulidTail(ulid: string): number {
  return decode(ulid.slice(-4));
}

function decode(characters: string): number {
  let number = 0;
  for (const character of characters) {
    number = number * 32 + CROCKFORD.indexOf(character);
  }
  return number;
}

function writeTime(characters: Buffer, timeMs: number): void {
  let rest = timeMs;
  for (let at = TIME_CHARACTERS - 1; at >= 0; at -= 1) {
    characters[at] = CROCKFORD.charCodeAt(rest % 32);
    rest = Math.floor(rest / 32);
  }
}

/** Five bits a character: ten bytes are sixteen characters, with no bits over. */
function writeRandom(characters: Buffer, bytes: Uint8Array): void {
  let at = TIME_CHARACTERS;
  let bits = 0;
  let pending = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      characters[at] = CROCKFORD.charCodeAt((pending >> bits) & 31);
      at += 1;
    }
    pending &= (1 << bits) - 1;
  }
}
