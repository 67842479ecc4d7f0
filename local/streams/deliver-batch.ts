// Invokes a function with a batch until the batch is processed or discarded: retries it, resumes it and bisects it.
import type { DynamoDBRecord } from 'aws-lambda';
import { createdAtMs, type EventSource } from './event-source.ts';
import type { Shard } from './table-stream.ts';

export interface Delivery {
  source: EventSource;
  shard: Shard;
  /** The fields of the event beside its records. */
  windowFields(): object | undefined;
  /** Called with the state that the function returned, when it processed at least one record. */
  keepState(state: unknown): void;
  /** Waits after the given number of consecutive failures. @returns false when there must be no retry. */
  pause(failures: number): Promise<boolean>;
}

interface Part {
  records: readonly DynamoDBRecord[];
  /** Throttled invocations and the bisection of a batch do not count as retries. */
  retries: number;
  invocations: number;
}

export async function deliverBatch(records: readonly DynamoDBRecord[], delivery: Delivery): Promise<void> {
  const { source, shard } = delivery;
  const parts: Part[] = [{ records, retries: 0, invocations: 0 }];
  let failures = 0;
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const fresh = withoutExpired(part, delivery);
    if (fresh.length === 0) {
      continue;
    }
    const { taken, outcome, state } = await source.invoke(shard, fresh, delivery.windowFields());
    if (taken > 0) {
      delivery.keepState(state);
      failures = 0;
    }
    const rest = { records: fresh.slice(taken), retries: part.retries, invocations: part.invocations + 1 };
    if (rest.records.length === 0) {
      continue;
    }
    failures += 1;
    if (!(await delivery.pause(failures))) {
      return;
    }
    parts.unshift(...next(rest, { taken, outcome }, delivery));
  }
}

function withoutExpired({ records, invocations }: Part, { source, shard }: Delivery) {
  const oldestMs = source.nowMs() - source.mapping.recordAgeMaxMs;
  const fresh = records.filter((record) => createdAtMs(record) >= oldestMs);
  const expired = records.filter((record) => createdAtMs(record) < oldestMs);
  if (expired.length > 0) {
    source.discard(shard, expired, 'RecordAgeExceeded', invocations);
  }
  return fresh;
}

/** @returns the next parts to invoke with, after a batch was not processed completely. */
function next(
  rest: Part,
  { taken, outcome }: { taken: number; outcome: string },
  { source, shard }: Delivery,
): Part[] {
  const { mapping } = source;
  const { records, retries } = rest;
  if (outcome === 'throttled') {
    return [rest];
  }
  // Split at the record that the function reported, or else in the middle.
  if (taken > 0) {
    return [{ ...rest, retries: 0 }];
  }
  if (mapping.bisectsOnError && outcome === 'failed' && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    return [
      { ...rest, records: records.slice(0, middle) },
      { ...rest, records: records.slice(middle) },
    ];
  }
  if (retries >= mapping.retriesMax) {
    source.discard(shard, records, 'RetryAttemptsExhausted', rest.invocations);
    return [];
  }
  return [{ ...rest, retries: retries + 1 }];
}
