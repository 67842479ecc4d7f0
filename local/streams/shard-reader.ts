// Reads one shard for one event source mapping: collects batches, and delivers them one after the other.
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBRecord } from 'aws-lambda';
import { deliverBatch } from './deliver-batch.ts';
import { createdAtMs, type EventSource } from './event-source.ts';
import type { Shard, ShardReader } from './table-stream.ts';
import { TumblingWindow } from './tumbling-window.ts';

export interface RunningReader extends ShardReader {
  /** Delivers without waiting for more records. Resolves when no record is left. */
  deliver(): Promise<void>;
  /** Tries to deliver the remaining records once more, and stops. */
  stop(): Promise<void>;
  /** Resolves when a closed shard is read to its end, or the reader was stopped. */
  finished: Promise<void>;
}

/** Shorter than the backoff of Lambda, which goes up to a minute. */
const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 10_000;

export function startShardReader(
  source: EventSource,
  shard: Shard,
  streamArn: string,
  parentsRead: Promise<unknown>,
): RunningReader {
  const { batchSize, batchingWindowMs, tumblingWindowMs } = source.mapping;
  const queue: { record: DynamoDBRecord; readAtMs: number }[] = [];
  const idle: (() => void)[] = [];
  const stopping = new AbortController();
  let hasEnded = false;
  let isHurried = false;
  let window: TumblingWindow | undefined;
  let wake = () => {};

  async function run(): Promise<void> {
    await parentsRead;
    while (queue.length > 0 || !(hasEnded || stopping.signal.aborted)) {
      const waitMs = msUntilDue();
      if (waitMs > 0) {
        await woken(waitMs);
      } else if (queue.length > 0) {
        await deliverBatch(await takeBatch(), delivery);
      } else {
        await endWindow();
      }
    }
    await endWindow();
    settleIdle();
  }

  /** The time until the batch is full, or its batching window or the tumbling window ends. */
  function msUntilDue(): number {
    const [first] = queue;
    if (first === undefined) {
      settleIdle();
      return window === undefined ? Number.POSITIVE_INFINITY : window.endMs - source.nowMs();
    }
    const hasTime = queue.length < batchSize && !isHurried && !hasEnded && !stopping.signal.aborted;
    return hasTime ? first.readAtMs + batchingWindowMs - performance.now() : 0;
  }

  async function takeBatch(): Promise<DynamoDBRecord[]> {
    const isOfWindow = ({ record }: { record: DynamoDBRecord }) => window?.holds(createdAtMs(record)) ?? true;
    const [first] = queue;
    if (tumblingWindowMs > 0 && first !== undefined && !(window && isOfWindow(first))) {
      await endWindow();
      window = new TumblingWindow(tumblingWindowMs, createdAtMs(first.record), shard, streamArn);
    }
    const ofNext = queue.findIndex((entry) => !isOfWindow(entry));
    return queue
      .splice(0, Math.min(batchSize, ofNext === -1 ? queue.length : ofNext))
      .map(({ record }) => record);
  }

  /** The final invocation of a tumbling window has no records, only the state. */
  async function endWindow(): Promise<void> {
    for (let failures = 0; window !== undefined; failures += 1) {
      const { outcome } = await source.invoke(shard, [], window.fields({ isFinal: true }));
      if (outcome === 'taken' || !(await delivery.pause(failures + 1))) {
        window = undefined;
      }
    }
  }

  const delivery = {
    source,
    shard,
    windowFields: () => window?.fields({ isFinal: false }),
    keepState(state: unknown) {
      if (window !== undefined) {
        window.state = state;
      }
    },
    async pause(failures: number) {
      const pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_MIN_MS * 2 ** Math.min(failures - 1, 10));
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      return !stopping.signal.aborted;
    },
  };

  function woken(afterMs: number): Promise<void> {
    return new Promise((done) => {
      const timer = Number.isFinite(afterMs) ? setTimeout(done, afterMs) : undefined;
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  function settleIdle(): void {
    isHurried = false;
    for (const settle of idle.splice(0)) {
      settle();
    }
  }

  const finished = run();
  return {
    finished,
    read(record) {
      queue.push({ record, readAtMs: performance.now() });
      wake();
    },
    end() {
      hasEnded = true;
      wake();
    },
    deliver() {
      const delivered = new Promise<void>((done) => idle.push(done));
      isHurried = true;
      wake();
      return Promise.race([delivered, finished]);
    },
    stop() {
      stopping.abort();
      wake();
      return finished;
    },
  };
}
