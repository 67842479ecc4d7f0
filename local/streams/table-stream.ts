// The stream of the local table: turns writes into records, each in the shard of its partition key.
import { createHash, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import type { Deployment } from '../assembly/deployment.ts';
import type { Write } from '../database/write-capture.ts';

export interface Shard {
  id: string;
  /** The shards that were closed when this one was opened. Their records come first. */
  parents: Shard[];
}

export interface ShardReader {
  read(record: DynamoDBRecord): void;
  /** The shard is closed: no record follows. */
  end(): void;
}

export interface TableStream {
  write(write: Write): void;
  /** Closes the open shards and continues in new ones, as DynamoDB does every few hours, or under load. */
  reshard(count: number): void;
}

type Image = Record<string, AttributeValue>;

export function openTableStream(
  { table, region }: Pick<Deployment, 'table' | 'region'>,
  openReaders: (shard: Shard) => ShardReader[],
  nowMs: () => number,
): TableStream {
  const keyNames = table.keySchema.map(({ AttributeName }) => AttributeName);
  const partitionKey = table.keySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  let sequence = BigInt(Date.now()) * 100_000_000n;
  let open = [openShard([])];

  function openShard(parents: Shard[]) {
    const id = `shardId-${String(Date.now()).padStart(20, '0')}-${randomBytes(4).toString('hex')}`;
    const shard: Shard = { id, parents };
    return { shard, readers: openReaders(shard) };
  }

  function recordOf(before: Image | undefined, after: Image | undefined): DynamoDBRecord {
    sequence += BigInt(1 + Math.floor(Math.random() * 1_000));
    const images = imagesFor(table.streamViewType, before, after);
    const keys = Object.entries(after ?? before ?? {}).filter(([name]) => keyNames.includes(name));
    return {
      eventID: randomBytes(16).toString('hex'),
      eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(nowMs() / 1_000),
        Keys: Object.fromEntries(keys),
        ...images,
        SequenceNumber: String(sequence),
        SizeBytes: JSON.stringify([keys, images]).length,
        StreamViewType: table.streamViewType as 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: table.streamArn,
    };
  }

  return {
    write({ tableName, before, after }) {
      // A write that changes nothing leaves no record.
      if (tableName !== table.name || isDeepStrictEqual(before, after)) {
        return;
      }
      const record = recordOf(before as Image | undefined, after as Image | undefined);
      const place = placeOf(record.dynamodb?.Keys?.[partitionKey], open.length);
      for (const reader of open[place]?.readers ?? []) {
        reader.read(record);
      }
    },
    reshard(count) {
      const closed = open;
      open = Array.from({ length: count }, () => openShard(closed.map(({ shard }) => shard)));
      for (const reader of closed.flatMap(({ readers }) => readers)) {
        reader.end();
      }
    },
  };
}

/** Always the same place for the same key, so that the records of an item stay in order. */
export function placeOf(key: unknown, places: number): number {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest();
  return Math.floor((digest.readUInt32BE() / 2 ** 32) * places);
}

function imagesFor(viewType: string, before: Image | undefined, after: Image | undefined) {
  return {
    ...(before !== undefined && /OLD/.test(viewType) ? { OldImage: before } : {}),
    ...(after !== undefined && /NEW/.test(viewType) ? { NewImage: after } : {}),
  };
}
