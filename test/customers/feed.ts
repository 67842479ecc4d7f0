// Feeds one consumer with records that a test chose, as its event source mapping says, again until they are taken.
import type { DynamoDBRecord } from 'aws-lambda';
import type { Deployment, StreamMapping } from '../../local/assembly/deployment.ts';
import type { LocalFunction } from '../../local/lambda/local-function.ts';
import { deliverBatch } from '../../local/streams/deliver-batch.ts';
import { createdAtMs, openEventSource } from '../../local/streams/event-source.ts';
import { readFilters } from '../../local/streams/filter.ts';
import type { Shard } from '../../local/streams/table-stream.ts';

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

export type Consumer = 'CountUsage' | 'PublishSessionEvents';

/** What the mapping lets through to its function. */
export function writesOfSessions(
  deployment: Deployment,
  consumer: Consumer,
  records: readonly DynamoDBRecord[],
): DynamoDBRecord[] {
  return records.filter(readFilters(mappingOf(deployment, consumer).filterPatterns, consumer));
}

export async function feed(
  deployment: Deployment,
  { consumer, lambda }: { consumer: Consumer; lambda: LocalFunction },
  records: readonly DynamoDBRecord[],
  { batchSize, attemptsMax, shardId }: FeedOptions,
): Promise<Fed> {
  let invocations = 0;
  const discarded: DynamoDBRecord[] = [];
  const [latest = 0] = records.map(createdAtMs).sort((a, b) => b - a);
  const mapping = { ...mappingOf(deployment, consumer), retriesMax: attemptsMax - 1 };
  const source = openEventSource(mapping, deployment, {
    named: () => lambda,
    nowMs: () => latest,
    appendInvocation: () => {
      invocations += 1;
    },
    appendGivenUp: () => {},
  });
  const delivery = {
    source: { ...source, giveUp: (_: Shard, given: readonly DynamoDBRecord[]) => discarded.push(...given) },
    shard: { id: shardId ?? 'shardId-0', parents: [] },
    windowFields: () => (shardId === undefined ? undefined : { shardId, state: {} }),
    keepState: () => {},
    pause: async () => true,
  };
  for (let i = 0; i < records.length; i += batchSize) {
    await deliverBatch(records.slice(i, i + batchSize), delivery);
  }
  return { invocations, discarded };
}

function mappingOf({ streamMappings }: Deployment, consumer: Consumer): StreamMapping {
  const found = streamMappings.find(({ functionName }) => functionName.includes(consumer));
  if (found === undefined) {
    throw new Error(`The assembly has no mapping for ${consumer}`);
  }
  return found;
}
