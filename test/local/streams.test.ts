// Consumers of the table's stream, fed as Lambda feeds them.
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { startEmbeddedDatabase } from '../../local/database/database.ts';
import { type StreamingStack, startStreamingStack } from './streaming-stack.ts';

const started: StreamingStack[] = [];

async function start(...args: Parameters<typeof startStreamingStack>): Promise<StreamingStack> {
  const stack = await startStreamingStack(...args);
  started.push(stack);
  return stack;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ local }) => local.close()));
});

const SLOW_BATCHES = { maximumBatchingWindowInSeconds: 300 };

describe('a record of the stream', () => {
  it('has the item before and after the write, and is of the kind that DynamoDB calls it', async () => {
    const { local, consumers, put, addOne, remove, fed } = await start(SLOW_BATCHES);
    await put('a', { n: 1 });
    await addOne('a');
    await remove('a');
    await consumers.deliver();
    const [{ Records } = { Records: [] }] = await fed();
    const keys = { pk: { S: 'one' }, sk: { S: 'a' } };
    const [one, two] = [
      { ...keys, n: { N: '1' } },
      { ...keys, n: { N: '2' } },
    ];
    expect(
      Records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage, dynamodb?.NewImage]),
    ).toEqual([
      ['INSERT', undefined, one],
      ['MODIFY', one, two],
      ['REMOVE', two, undefined],
    ]);
    for (const { dynamodb, eventSource, eventSourceARN } of Records) {
      expect([eventSource, eventSourceARN]).toEqual(['aws:dynamodb', local.deployment.table.streamArn]);
      expect(dynamodb?.Keys).toEqual(keys);
      expect(Math.abs(Date.now() / 1_000 - (dynamodb?.ApproximateCreationDateTime ?? 0))).toBeLessThan(60);
    }
  });

  it('is there for every write that was applied, and for none that was refused or changed nothing', async () => {
    const { local, consumers, put, remove, fedKeys } = await start(SLOW_BATCHES);
    await put('a', { n: 1 });
    await put('a', { n: 1 });
    const refused = new PutCommand({
      TableName: local.tableName,
      Item: { pk: 'one', sk: 'a', n: 2 },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await expect(local.table.client.send(refused)).rejects.toThrow('conditional request failed');
    await remove('nothing');
    await consumers.deliver();
    expect(await fedKeys()).toEqual([['a']]);
  });

  it('stands behind those of earlier writes of the same item, however many write it at once', async () => {
    const { consumers, addOne, fed } = await start({ ...SLOW_BATCHES, batchSize: 1_000 });
    await Promise.all(Array.from({ length: 200 }, () => addOne('counter')));
    await consumers.deliver();
    const records = (await fed()).flatMap(({ Records }) => Records);
    expect(records.map(({ dynamodb }) => Number(dynamodb?.NewImage?.n?.N))).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
    const numbers = records.map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0));
    expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
  });
});

describe('a batch', () => {
  it('is delivered when its window is over, with what came by then', async () => {
    const { put, fedKeys } = await start({ maximumBatchingWindowInSeconds: 1 });
    const beganAtMs = performance.now();
    await put('a');
    await put('b');
    await expect.poll(fedKeys).not.toEqual([]);
    expect(performance.now() - beganAtMs).toBeGreaterThan(990);
    await expect.poll(async () => (await fedKeys()).flat()).toEqual(['a', 'b']);
  });

  it('is delivered when it is full, and holds no more', async () => {
    const { put, consumers, fedKeys } = await start({ ...SLOW_BATCHES, batchSize: 2 });
    for (const sk of ['a', 'b', 'c']) {
      await put(sk);
    }
    await expect.poll(fedKeys).toEqual([['a', 'b']]);
    await consumers.deliver();
    expect(await fedKeys()).toEqual([['a', 'b'], ['c']]);
  });

  it('has only what the filter lets through', async () => {
    const pattern = {
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { Keys: { sk: { S: [{ prefix: 'WS#' }] } } },
    };
    const { put, remove, consumers, fed } = await start({
      ...SLOW_BATCHES,
      filterCriteria: { filters: [{ pattern: JSON.stringify(pattern) }] },
    });
    await put('WS#1');
    await put('PERSONA');
    await remove('WS#1');
    await consumers.deliver();
    expect((await fed()).flatMap(({ Records }) => Records.map(({ eventName }) => eventName))).toEqual([
      'INSERT',
    ]);
  });

  it('of one shard comes after the one before it, unless the mapping asks for several at once', async () => {
    const { put, consumers, fed } = await start({ ...SLOW_BATCHES, parallelizationFactor: 10 });
    await Promise.all(Array.from({ length: 30 }, (_, i) => put('a', { pk: `pk-${i}` })));
    await consumers.deliver();
    const batches = (await fed()).map(({ Records }) => Records.length);
    expect(batches.length).toBeGreaterThan(3);
    expect(batches.reduce((sum, length) => sum + length)).toBe(30);
  });
});

describe('a batch that fails', () => {
  it('comes again until it is taken, and holds up those behind it', async () => {
    const { put, consumers, fedKeys } = await start({ ...SLOW_BATCHES, batchSize: 1 });
    await put('a', { fail: 'crash', times: 2 });
    await put('b');
    await consumers.deliver();
    expect(await fedKeys()).toEqual([['a'], ['a'], ['a'], ['b']]);
  });

  it('is bisected down to the failing record, which is discarded after the configured retries', async () => {
    const { put, consumers, fedKeys, onFailureRecords, local } = await start({
      ...SLOW_BATCHES,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
    });
    for (const sk of ['a', 'b']) {
      await put(sk);
    }
    await put('c', { fail: 'crash' });
    await put('d');
    await consumers.deliver();
    expect(await fedKeys()).toEqual([['a', 'b', 'c', 'd'], ['a', 'b'], ['c', 'd'], ['c'], ['c'], ['d']]);
    expect(onFailureRecords()).toEqual([
      {
        destination: 'on-failure',
        message: expect.objectContaining({
          requestContext: expect.objectContaining({ condition: 'RetryAttemptsExhausted' }),
          DDBStreamBatchInfo: expect.objectContaining({
            batchSize: 1,
            streamArn: local.deployment.table.streamArn,
          }),
        }),
      },
    ]);
  });

  it('is discarded as a whole when the mapping does not bisect batches', async () => {
    const { put, consumers, fedKeys, onFailureRecords } = await start({
      ...SLOW_BATCHES,
      maximumRetryAttempts: 1,
    });
    await put('a');
    await put('b', { fail: 'crash' });
    await consumers.deliver();
    expect(await fedKeys()).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(onFailureRecords()).toMatchObject([{ message: { DDBStreamBatchInfo: { batchSize: 2 } } }]);
  });

  it('from a record on comes again from there, when failures are reported', async () => {
    const { put, consumers, fedKeys } = await start({
      ...SLOW_BATCHES,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
    await put('a');
    await put('b', { fail: 'report', times: 2 });
    await put('c');
    await consumers.deliver();
    expect(await fedKeys()).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
      ['b', 'c'],
    ]);
  });

  it('is taken, whatever it reports, when nothing says that reports count', async () => {
    const { put, consumers, fedKeys } = await start(SLOW_BATCHES);
    await put('a', { fail: 'report' });
    await consumers.deliver();
    expect(await fedKeys()).toEqual([['a']]);
  });

  it('is discarded when it is too old, whatever the number of retries', async () => {
    let nowMs = Date.now();
    const { put, consumers, onFailureRecords } = await start(
      { ...SLOW_BATCHES, maximumRecordAgeInSeconds: 3_600 },
      { stream: { nowMs: () => nowMs } },
    );
    await put('a', { fail: 'crash' });
    const delivered = consumers.deliver();
    await expect.poll(() => consumers.invocations().length).toBeGreaterThan(1);
    expect(onFailureRecords()).toEqual([]);
    nowMs += 3_700_000;
    await delivered;
    expect(onFailureRecords()).toMatchObject([
      { message: { requestContext: { condition: 'RecordAgeExceeded' } } },
    ]);
  });
});

describe('a tumbling window', () => {
  const WINDOW = { ...SLOW_BATCHES, tumblingWindowInSeconds: 60, batchSize: 2 };

  it('hands its state from batch to batch, names the shard, and ends with a call of its own', async () => {
    let nowMs = Date.parse('2026-11-23T10:15:10Z');
    const { put, consumers, fed } = await start(WINDOW, { stream: { nowMs: () => nowMs } });
    for (const sk of ['a', 'b', 'c']) {
      await put(sk);
    }
    await consumers.deliver();
    nowMs += 60_000;
    await put('d');
    await consumers.deliver();
    const events = await fed();
    expect(
      events.map(({ Records, window, state, isFinalInvokeForWindow }) => [
        Records.length,
        window?.start,
        state,
        isFinalInvokeForWindow,
      ]),
    ).toEqual([
      [2, '2026-11-23T10:15:00Z', {}, false],
      [1, '2026-11-23T10:15:00Z', { seen: 2 }, false],
      [0, '2026-11-23T10:15:00Z', { seen: 3 }, true],
      [1, '2026-11-23T10:16:00Z', {}, false],
    ]);
    expect(new Set(events.map(({ shardId }) => shardId)).size).toBe(1);
  });

  it('whose function gives no state back has failed', async () => {
    const { put, consumers, fedKeys } = await start({ ...WINDOW, maximumRetryAttempts: 0 });
    await put('a', { fail: 'crash', times: 1 });
    await consumers.deliver();
    expect((await fedKeys())[0]).toEqual(['a']);
    expect(consumers.onFailureRecords()).toHaveLength(1);
  });
});

describe('a shard that is split', () => {
  it('is read to its end before the shards that follow it', async () => {
    const { put, consumers, fed } = await start({ ...SLOW_BATCHES, tumblingWindowInSeconds: 60 });
    const keys = Array.from({ length: 12 }, (_, i) => `pk-${i}`);
    for (const [round, shards] of [4, 2, 1].entries()) {
      await Promise.all(keys.map((pk) => put('a', { pk, round })));
      consumers.reshard(shards);
    }
    await consumers.deliver();
    const events = await fed();
    expect(new Set(events.map(({ shardId }) => shardId)).size).toBe(1 + 4 + 2);
    const rounds = events.flatMap(({ Records }) =>
      Records.map(({ dynamodb }) => Number(dynamodb?.NewImage?.round?.N)),
    );
    expect(rounds).toEqual([...rounds].sort((a, b) => a - b));
    expect(rounds).toHaveLength(36);
  });
});

describe('a stack that stops', () => {
  it('delivers once more what is left, without waiting for more', async () => {
    const { local, put } = await start(SLOW_BATCHES);
    await put('a', { fail: 'crash' });
    await put('b');
    await local.close();
    expect(local.consumers?.invocations().map((line) => JSON.parse(line).outcome)).toEqual(['failed']);
  });
});

describe('consumers', () => {
  it('do not run where the database is another one, and the start says so', async () => {
    const database = await startEmbeddedDatabase();
    const { local } = await start({}, { databaseEndpoint: database.endpoint });
    expect(local.consumers).toBeUndefined();
    expect(local.notRunLocally).toEqual([
      'Consumer (AWS::Lambda::EventSourceMapping), since this database has no stream here',
    ]);
    await database.close();
  });

  it('that are switched off are named as what does not run', async () => {
    const { local } = await start({ enabled: false });
    expect(local.consumers).toBeUndefined();
    expect(local.notRunLocally).toEqual(['Consumer (AWS::Lambda::EventSourceMapping)']);
  });

  it('are not started with a filter that would let other records through', async () => {
    const pattern = JSON.stringify({ dynamodb: { NewImage: { n: { N: [{ numeric: ['>', 1] }] } } } });
    await expect(start({ filterCriteria: { filters: [{ pattern }] } })).rejects.toThrow(
      'Consumer: the local stack does not support the filter rule numeric',
    );
  });
});
