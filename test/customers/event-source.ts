// Feeds a function from a stream as Lambda does: in batches and in order, again and in halves until they are taken.
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import type { LocalFunction } from '../../local/lambda/local-function.ts';

export interface FeedOptions {
  readonly batchSize: number;
  readonly attemptsMax: number;
  /** Names the shard, as a tumbling window does. */
  readonly shardId?: string;
}

export interface Fed {
  readonly invocations: number;
  /** What was given up. */
  readonly discarded: readonly DynamoDBRecord[];
}

/** What the mapping lets through to the function: `infra/stream-consumer.ts` has the same filter for Lambda. */
export function writesOfSessions(records: readonly DynamoDBRecord[]): DynamoDBRecord[] {
  return records.filter(
    ({ eventName, dynamodb }) => eventName !== 'REMOVE' && dynamodb?.Keys?.sk?.S?.startsWith('WS#'),
  );
}

export async function feed(
  lambda: LocalFunction,
  records: readonly DynamoDBRecord[],
  { batchSize, attemptsMax, shardId }: FeedOptions,
): Promise<Fed> {
  let invocations = 0;
  const discarded: DynamoDBRecord[] = [];

  /** @returns how many of the first were taken; all of them, or those before the first that was not. */
  async function invoke(batch: readonly DynamoDBRecord[]): Promise<number> {
    invocations += 1;
    const { outcome } = await lambda.invoke(
      JSON.stringify({ Records: batch, ...(shardId === undefined ? {} : { shardId, state: {} }) }),
    );
    if ('failure' in outcome) {
      return 0;
    }
    const { batchItemFailures }: DynamoDBBatchResponse = JSON.parse(outcome.result);
    const failed = batchItemFailures.map(({ itemIdentifier }) =>
      batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
    );
    return failed.length === 0 ? batch.length : Math.max(0, Math.min(...failed));
  }

  async function deliver(batch: readonly DynamoDBRecord[], attempts: number): Promise<void> {
    if (batch.length === 0) {
      return;
    }
    const taken = await invoke(batch);
    const rest = batch.slice(taken);
    if (rest.length === 0) {
      return;
    }
    if (rest.length > 1) {
      const half = Math.ceil(rest.length / 2);
      await deliver(rest.slice(0, half), attempts);
      await deliver(rest.slice(half), attempts);
    } else if (attempts + 1 < attemptsMax) {
      await deliver(rest, attempts + 1);
    } else {
      discarded.push(...rest);
    }
  }

  for (let i = 0; i < records.length; i += batchSize) {
    await deliver(records.slice(i, i + batchSize), 0);
  }
  return { invocations, discarded };
}
