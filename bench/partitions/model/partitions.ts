// The physical partitions of a table or an index: the partition of a key, and the capacity of each.
import { createHash } from 'node:crypto';
import { type BucketOptions, TokenBucket } from './token-bucket.ts';

/** The documented limits of one partition. */
export const WRITE_UNITS_PER_SECOND = 1_000;
const READ_UNITS_PER_SECOND = 3_000;

export interface Partition {
  readonly writes: TokenBucket;
  readonly reads: TokenBucket;
}

export interface PartitionsOptions extends Pick<BucketOptions, 'savedSeconds' | 'begins'> {
  /** The number of partitions, over which keys are spread by hash; or one for each partition key, as after all splits for heat. */
  readonly count: number | 'isolated';
  /** DynamoDB's hash function is not public: each salt gives another random placement. */
  readonly salt: string;
}

export class Partitions {
  readonly #options: PartitionsOptions;
  /** A partition saves units from this time on, even before its first request. */
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

/** Each partition has an equal range of hash values. */
export function partitionOf(partitionKey: string, count: number, salt: string): number {
  const hash = createHash('sha256').update(`${salt}\n${partitionKey}`).digest().readUInt32BE();
  return Math.floor((hash / 2 ** 32) * count);
}
