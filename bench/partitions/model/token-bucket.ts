// A token bucket: units arrive at a steady rate, and some unused ones are saved.

export interface BucketOptions {
  readonly unitsPerSecond: number;
  /** The seconds of unused units that are saved. */
  readonly savedSeconds: number;
  /** The saved units at the beginning. */
  readonly begins: 'empty' | 'full';
}

export class TokenBucket {
  readonly #unitsPerMs: number;
  readonly #unitsMax: number;
  #units: number;
  #countedMs: number;

  constructor({ unitsPerSecond, savedSeconds, begins }: BucketOptions, nowMs: number) {
    this.#unitsPerMs = unitsPerSecond / 1000;
    this.#unitsMax = unitsPerSecond * savedSeconds;
    this.#units = begins === 'full' ? this.#unitsMax : 0;
    this.#countedMs = nowMs;
  }

  holds(units: number, nowMs: number): boolean {
    this.#units = Math.min(this.#unitsMax, this.#units + (nowMs - this.#countedMs) * this.#unitsPerMs);
    this.#countedMs = nowMs;
    return this.#units >= units;
  }

  take(units: number): void {
    this.#units -= units;
  }
}

export interface Demand {
  readonly bucket: TokenBucket;
  readonly units: number;
}

/** Takes all units or none. @returns whether they were taken. */
export function takeAll(demands: readonly Demand[], nowMs: number): boolean {
  const unitsOf = new Map<TokenBucket, number>();
  for (const { bucket, units } of demands) {
    unitsOf.set(bucket, (unitsOf.get(bucket) ?? 0) + units);
  }
  for (const [bucket, units] of unitsOf) {
    if (!bucket.holds(units, nowMs)) {
      return false;
    }
  }
  for (const [bucket, units] of unitsOf) {
    bucket.take(units);
  }
  return true;
}
