// The consumers of the table's stream, fed as their event source mappings say.
import type { Deployment } from '../assembly/deployment.ts';
import type { Database } from '../database/database.ts';
import { type EventSourceOptions, openEventSource } from './event-source.ts';
import { type RunningReader, startShardReader } from './shard-reader.ts';
import { openTableStream, placeOf, type Shard, type ShardReader } from './table-stream.ts';

export interface FollowedTable {
  /** Delivers what was written by now, without waiting for batches and windows. */
  deliver(): Promise<void>;
  /** Goes on in so many new shards. */
  reshard(count: number): void;
  /** Delivers once more what is left, and ends. */
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
      const lanes = Array.from({ length: source.mapping.lanes }, () =>
        startShardReader(source, shard, table.streamArn, parentsRead),
      );
      return { lanes, source };
    });
    readersOf.set(
      shard,
      readers.flatMap(({ lanes }) => lanes),
    );
    return readers.map(({ lanes, source }) => ({
      read(record) {
        if (source.lets(record)) {
          lanes[placeOf(record.dynamodb?.Keys?.[partitionKey], lanes.length)]?.read(record);
        }
      },
      end() {
        for (const lane of lanes) {
          lane.end();
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
