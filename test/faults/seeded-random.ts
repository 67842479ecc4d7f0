// Random numbers that are the same again for the same seed.

export interface SeededRandom {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** A whole number from 0 up to, and without, the limit. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  bytes(length: number): Uint8Array;
  /** Another stream, which stays the same however much is drawn from this one. */
  fork(name: string): SeededRandom;
}

/** mulberry32: 32 bits of state, and good enough to choose faults by. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (choices) => {
      if (choices.length === 0) {
        throw new RangeError('There is nothing to pick from');
      }
      return choices[below(choices.length)] as (typeof choices)[number];
    },
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
    fork: (name) => seededRandom(hash(seed, name)),
  };
}

/** A seed from the environment repeats a run; otherwise each run has its own, which it must print. */
export function seedFrom(variable: string | undefined): number {
  if (variable === undefined || variable === '') {
    return Math.floor(Math.random() * 2 ** 32);
  }
  const seed = Number(variable);
  if (!Number.isSafeInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`A seed is a whole number from 0 to ${2 ** 32 - 1}, not "${variable}"`);
  }
  return seed;
}

/** FNV-1a over the name, begun with the seed. */
function hash(seed: number, name: string): number {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < name.length; i += 1) {
    value = Math.imul(value ^ name.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}
