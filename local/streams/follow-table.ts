// Connects the table's stream to its consumers, as their event source mappings configure it.
import type { Deployment } from '../assembly/deployment.ts';
import type { Database } from '../database/database.ts';
import { type EventSourceOptions, openEventSource } from './event-source.ts';
import { type RunningReader, startShardReader } from './shard-reader.ts';
import { openTableStream, placeOf, type Shard, type ShardReader } from './table-stream.ts';

export interface FollowedTable {
  /** Delivers all records written so far, without waiting for batching windows. */
  deliver(): Promise<void>;
  /** Continues the stream in this number of new shards. */
  reshard(count: number): void;
  /** Tries to deliver the remaining records once more, and stops. */
  close(): Promise<void>;
}

export async function followTable(
  deployment: Deployment,
  followWrites: NonNullable<Database['followWrites']>,
  options: EventSourceOptions,
): Promise<FollowedTable> {
  const { table, streamMappings } = deployment;
  const partitionKey = table.keySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  const sources = streamMappings.map((mapping) => openEventSource(mapping, deployment, options));
  const readersOf = new Map<Shard, RunningReader[]>();

  function openReaders(shard: Shard): ShardReader[] {
    const parents = shard.parents.flatMap((parent) => readersOf.get(parent) ?? []);
    const parentsRead = Promise.all(parents.map(({ finished }) => finished));
    const readers = sources.map((source) => {
      const concurrent = Array.from({ length: source.mapping.parallelizationFactor }, () =>
        startShardReader(source, shard, table.streamArn, parentsRead),
      );
      return { concurrent, source };
    });
    readersOf.set(
      shard,
      readers.flatMap(({ concurrent }) => concurrent),
    );
    return readers.map(({ concurrent, source }) => ({
      read(record) {
        if (source.matches(record)) {
          concurrent[placeOf(record.dynamodb?.Keys?.[partitionKey], concurrent.length)]?.read(record);
        }
      },
      end() {
        for (const reader of concurrent) {
          reader.end();
        }
      },
    }));
  }

  const stream = openTableStream(deployment, openReaders, options.nowMs);
  const writes = await followWrites(stream.write);
  const every = (act: (reader: RunningReader) => Promise<void>) =>
    Promise.all([...readersOf.values()].flat().map(act));
  return {
    reshard: stream.reshard,
    async deliver() {
      await writes.caughtUp();
      await every((reader) => reader.deliver());
    },
    async close() {
      await writes.caughtUp();
      await every((reader) => reader.stop());
    },
  };
}
