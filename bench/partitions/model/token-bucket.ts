// Units that come at a steady rate, of which some are saved while nobody takes them.

export interface BucketOptions {
  readonly unitsPerSecond: number;
  /** How many seconds of unused units are kept. */
  readonly savedSeconds: number;
  /** What is saved at the beginning. */
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

/** All of them or none: what is refused takes nothing. @returns whether they were taken. */
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
