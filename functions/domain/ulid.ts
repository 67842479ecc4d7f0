// ULIDs (github.com/ulid/spec) of a given time and given random bytes, so that the same intent names the same one.

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARACTERS = 10;
export const ULID_RANDOM_BYTES = 10;

/**
 * @param timeMs milliseconds since the epoch, below 2^48
 * @param random 10 bytes
 * @returns 26 upper-case characters that sort by time
 */
export function encodeUlid(timeMs: number, random: Uint8Array): string {
  if (random.length !== ULID_RANDOM_BYTES) {
    throw new RangeError(`A ULID takes ${ULID_RANDOM_BYTES} random bytes, not ${random.length}`);
  }
  return encodeTime(timeMs) + encodeRandom(random);
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

function encodeTime(timeMs: number): string {
  let rest = timeMs;
  let text = '';
  for (let i = 0; i < TIME_CHARACTERS; i += 1) {
    text = CROCKFORD.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Five bits a character: ten bytes are sixteen characters, with no bits over. */
function encodeRandom(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let pending = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += CROCKFORD.charAt((pending >> bits) & 31);
    }
    pending &= (1 << bits) - 1;
  }
  return text;
}
