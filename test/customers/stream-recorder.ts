// The stream of a table on an engine that has none: records of what was really written, from what lies there before and after.
import { DeleteItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import type { Table } from '../../functions/dynamodb/table.ts';

type Item = Record<string, AttributeValue>;

export interface StreamRecorder {
  /** What was written since the last time, in the order of the keys; an item's changes in between are one. */
  record(): Promise<DynamoDBRecord[]>;
  /** Runs it and returns what it wrote. */
  during(act: () => Promise<unknown>): Promise<DynamoDBRecord[]>;
  /** Removes whatever has a time to live, as TTL does. */
  expireAll(): Promise<DynamoDBRecord[]>;
}

export interface RecorderOptions {
  /** The stream's clock; the real one otherwise. */
  readonly nowMs?: () => number;
}

export function recordStream(table: Table, { nowMs = Date.now }: RecorderOptions = {}): StreamRecorder {
  // Takes the plain calls too, whose items are as they are on the wire.
  const client = table.client as unknown as DynamoDBClient;
  let known = new Map<string, Item>();
  let sequence = 4_200_000_000_000_000_000_000n;

  async function items(): Promise<Map<string, Item>> {
    const found = new Map<string, Item>();
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new ScanCommand({ TableName: table.name, ConsistentRead: true, ExclusiveStartKey: from as never }),
      );
      for (const item of Items as Item[]) {
        found.set(`${item.pk?.S} ${item.sk?.S}`, item);
      }
      from = LastEvaluatedKey;
    } while (from !== undefined);
    return found;
  }

  async function record(byTtl = false): Promise<DynamoDBRecord[]> {
    const now = await items();
    const names = [...new Set([...known.keys(), ...now.keys()])].sort();
    const changed = names.filter((name) => JSON.stringify(known.get(name)) !== JSON.stringify(now.get(name)));
    const records = changed.map((name) => recordOf(known.get(name), now.get(name), byTtl));
    known = now;
    return records;
  }

  function recordOf(before: Item | undefined, after: Item | undefined, byTtl: boolean): DynamoDBRecord {
    sequence += 17n;
    const { pk, sk } = (after ?? before) as { pk: AttributeValue; sk: AttributeValue };
    return {
      eventID: `event-${sequence}`,
      eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-central-1',
      eventSourceARN: `arn:aws:dynamodb:eu-central-1:000000000000:table/${table.name}/stream/2026-11-23T00:00:00.000`,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(nowMs() / 1_000),
        Keys: { pk, sk },
        ...(before === undefined ? {} : { OldImage: before }),
        ...(after === undefined ? {} : { NewImage: after }),
        SequenceNumber: String(sequence),
        SizeBytes: JSON.stringify([before, after]).length,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      ...(byTtl ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
    };
  }

  return {
    record: () => record(),
    async during(act) {
      await record();
      await act();
      return record();
    },
    async expireAll() {
      await record();
      for (const { pk, sk } of [...known.values()].filter(({ expiresAt }) => expiresAt !== undefined)) {
        await client.send(new DeleteItemCommand({ TableName: table.name, Key: { pk, sk } as never }));
      }
      return record(true);
    },
  };
}
