// A table in memory whose writes become the records of its stream, as the local stack makes them.
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Item, Table } from '../../functions/dynamodb/table.ts';
import { openTableStream } from '../../local/streams/table-stream.ts';
import { MemoryTable, tableThrough } from '../memory-table.ts';

const STREAMED = {
  logicalId: 'Sessions',
  name: 'Sessions',
  attributes: [],
  keySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  globalIndexes: [],
  localIndexes: [],
  streamArn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/Sessions/stream/2026-11-23T00:00:00.000',
  streamViewType: 'NEW_AND_OLD_IMAGES',
};

export class RecordedStream {
  /** The stream's clock. */
  nowMs: number;
  readonly memory = new MemoryTable();
  readonly table: Table = tableThrough(async (call) => this.#recording(() => this.memory.carryOut(call)));
  #records: DynamoDBRecord[] = [];
  readonly #stream = openTableStream(
    { table: STREAMED, region: 'eu-central-1' },
    () => [{ read: (record) => void this.#records.push(record), end: () => {} }],
    () => this.nowMs,
  );

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  /** @returns the records since the last time. */
  take(): DynamoDBRecord[] {
    return this.#records.splice(0);
  }

  /** Removes every item that has a time to live, as TTL does in the end. */
  removeExpiring(): void {
    this.#recording(() => this.memory.removeExpired(Infinity));
  }

  #recording<T>(act: () => T): T {
    const before = this.#items();
    const result = act();
    const after = this.#items();
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const [old, now] = [before.get(name), after.get(name)];
      if (old !== now) {
        this.#stream.write({ tableName: STREAMED.name, before: imageOf(old), after: imageOf(now) });
      }
    }
    return result;
  }

  #items(): Map<string, Item> {
    return new Map(this.memory.items().map((item) => [`${item.pk}\n${item.sk}`, item]));
  }
}

function imageOf(item: Item | undefined) {
  return (
    item && Object.fromEntries(Object.entries(marshall(item)).map(([name, value]) => [name, { ...value }]))
  );
}
