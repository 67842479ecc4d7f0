// The physical partitions behind a table or an index: which of them holds a key, and what each of them takes.
import { createHash } from 'node:crypto';
import { type BucketOptions, TokenBucket } from './token-bucket.ts';

/** What AWS documents for one partition. */
export const WRITE_UNITS_PER_SECOND = 1_000;
const READ_UNITS_PER_SECOND = 3_000;

export interface Partition {
  readonly writes: TokenBucket;
  readonly reads: TokenBucket;
}

export interface PartitionsOptions extends Pick<BucketOptions, 'savedSeconds' | 'begins'> {
  /** So many, over which keys are spread by their hash; or one for each partition key, as after every split for heat. */
  readonly count: number | 'isolated';
  /** DynamoDB's hash is its own: another salt is another throw of the dice. */
  readonly salt: string;
}

export class Partitions {
  readonly #options: PartitionsOptions;
  /** A partition that nobody has asked yet fills like the others. */
  readonly #openedMs: number;
  readonly #partitions = new Map<string | number, Partition>();

  constructor(options: PartitionsOptions, nowMs: number) {
    this.#options = options;
    this.#openedMs = nowMs;
  }

  of(partitionKey: string): Partition {
    const { count, salt } = this.#options;
    const place = count === 'isolated' ? partitionKey : partitionOf(partitionKey, count, salt);
    let partition = this.#partitions.get(place);
    if (partition === undefined) {
      partition = {
        writes: this.#bucket(WRITE_UNITS_PER_SECOND),
        reads: this.#bucket(READ_UNITS_PER_SECOND),
      };
      this.#partitions.set(place, partition);
    }
    return partition;
  }

  #bucket(unitsPerSecond: number): TokenBucket {
    const { savedSeconds, begins } = this.#options;
    return new TokenBucket({ unitsPerSecond, savedSeconds, begins }, this.#openedMs);
  }
}

/** Each partition has an equal range of the hashes. */
export function partitionOf(partitionKey: string, count: number, salt: string): number {
  const hash = createHash('sha256').update(`${salt}\n${partitionKey}`).digest().readUInt32BE();
  return Math.floor((hash / 2 ** 32) * count);
}
