// The embedded database, where it must be like DynamoDB and dynalite alone is not.
import { connect } from 'node:net';
import { crc32 } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTable } from '../../local/database/create-table.ts';
import { type Database, startEmbeddedDatabase } from '../../local/database/database.ts';
import { tempFolder } from './temp-folder.ts';

const TABLE = {
  logicalId: 'Table',
  name: 'items',
  attributes: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  keySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  globalIndexes: [],
  localIndexes: [],
  streamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/items/stream/local',
  streamViewType: 'NEW_AND_OLD_IMAGES',
};

const TableName = TABLE.name;
let database: Database;
let client: DynamoDBClient;

function clientOf({ endpoint }: Database): DynamoDBClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

function keyOf(name: string) {
  return { pk: { S: name }, sk: { S: 'x' } };
}

beforeAll(async () => {
  database = await startEmbeddedDatabase();
  client = clientOf(database);
  await createTable(TABLE, client);
});

afterAll(async () => {
  client.destroy();
  await database.close();
});

describe('A failed condition', () => {
  beforeAll(async () => {
    await client.send(new PutItemCommand({ TableName, Item: { ...keyOf('taken'), by: { S: 'first' } } }));
  });

  const stored = { ...keyOf('taken'), by: { S: 'first' } };
  const Condition = 'attribute_not_exists(pk)';
  const whereTaken = (wish: 'ALL_OLD' | 'NONE' | undefined) => ({
    TableName,
    ConditionExpression: Condition,
    ...(wish && { ReturnValuesOnConditionCheckFailure: wish }),
  });
  const commands = {
    put: (wish?: 'ALL_OLD' | 'NONE') => new PutItemCommand({ ...whereTaken(wish), Item: keyOf('taken') }),
    update: (wish?: 'ALL_OLD' | 'NONE') =>
      new UpdateItemCommand({
        ...whereTaken(wish),
        Key: keyOf('taken'),
        UpdateExpression: 'SET a = :a',
        ExpressionAttributeValues: { ':a': { S: 'a' } },
      }),
    delete: (wish?: 'ALL_OLD' | 'NONE') =>
      new DeleteItemCommand({ ...whereTaken(wish), Key: keyOf('taken') }),
  };

  async function failureOf(command: PutItemCommand | UpdateItemCommand | DeleteItemCommand) {
    const failure = await client.send(command as PutItemCommand).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConditionalCheckFailedException);
    return failure as ConditionalCheckFailedException;
  }

  it.each(['put', 'update', 'delete'] as const)(
    'of a %s carries the stored item when asked for it',
    async (what) => {
      expect((await failureOf(commands[what]('ALL_OLD'))).Item).toEqual(stored);
    },
  );

  it.each(['put', 'update', 'delete'] as const)('of a %s carries nothing otherwise', async (what) => {
    expect((await failureOf(commands[what]('NONE'))).Item).toBeUndefined();
    expect((await failureOf(commands[what](undefined))).Item).toBeUndefined();
  });

  it('carries nothing when there is no item', async () => {
    const failure = await failureOf(
      new UpdateItemCommand({
        TableName,
        Key: keyOf('absent'),
        UpdateExpression: 'SET a = :a',
        ExpressionAttributeValues: { ':a': { S: 'a' } },
        ConditionExpression: 'attribute_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    expect(failure.Item).toBeUndefined();
  });

  it('is answered with a checksum that fits', async () => {
    const response = await fetch(database.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.PutItem',
        'x-amz-date': '20260101T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=s',
      },
      body: JSON.stringify({
        TableName,
        Item: keyOf('taken'),
        ConditionExpression: Condition,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    });
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({ Item: stored });
    expect(response.headers.get('x-amz-crc32')).toBe(String(crc32(body)));
  });

  it('refuses a wish that DynamoDB does not know', async () => {
    const command = commands.put('ALL_NEW' as 'ALL_OLD');
    await expect(client.send(command)).rejects.toThrow(/enum value set: \[ALL_OLD, NONE\]/);
  });
});

describe('Many writers of one key', () => {
  it('have one winner, and everyone else is shown what it wrote', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, async (_, writer) => {
        const Item = { ...keyOf('race'), writer: { N: String(writer) } };
        try {
          await client.send(
            new PutItemCommand({
              TableName,
              Item,
              ConditionExpression: 'attribute_not_exists(pk)',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            }),
          );
          return { won: true, seen: Item };
        } catch (error) {
          return { won: false, seen: (error as ConditionalCheckFailedException).Item };
        }
      }),
    );
    expect(outcomes.filter(({ won }) => won)).toHaveLength(1);
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf('race') }));
    expect(outcomes.map(({ seen }) => seen)).toEqual(outcomes.map(() => Item));
  });
});

describe('The embedded database', () => {
  it('reports consumed capacity', async () => {
    const put = await client.send(
      new PutItemCommand({ TableName, Item: keyOf('counted'), ReturnConsumedCapacity: 'TOTAL' }),
    );
    const get = await client.send(
      new GetItemCommand({ TableName, Key: keyOf('counted'), ReturnConsumedCapacity: 'TOTAL' }),
    );
    expect(put.ConsumedCapacity?.CapacityUnits).toBe(1);
    expect(get.ConsumedCapacity?.CapacityUnits).toBe(0.5);
  });

  it('outlives clients that go away before their answer', async () => {
    const { port } = new URL(database.endpoint);
    const body = JSON.stringify({ TableName, Item: keyOf('gone') });
    for (let client = 0; client < 20; client++) {
      await new Promise<void>((done) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          const head =
            `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\n` +
            'Content-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20260101T000000Z\r\n' +
            'Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=s\r\n\r\n';
          socket.write(head + (client % 2 === 0 ? body : body.slice(0, 10)), () => {
            socket.resetAndDestroy();
            done();
          });
        });
      });
    }
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf('none') }));
    expect(Item).toBeUndefined();
  });

  it('listens on the loopback interface only', async () => {
    expect(new URL(database.endpoint).hostname).toBe('127.0.0.1');
  });
});

describe('A data folder', () => {
  it('keeps what was written until the next start', async () => {
    const dataFolder = tempFolder();
    const first = await startEmbeddedDatabase({ dataFolder });
    const writer = clientOf(first);
    expect(await createTable(TABLE, writer)).toBe('created');
    await writer.send(new PutItemCommand({ TableName, Item: keyOf('kept') }));
    writer.destroy();
    await first.close();

    const second = await startEmbeddedDatabase({ dataFolder });
    const reader = clientOf(second);
    expect(await createTable(TABLE, reader)).toBe('kept');
    const { Item } = await reader.send(new GetItemCommand({ TableName, Key: keyOf('kept') }));
    reader.destroy();
    await second.close();
    expect(Item).toEqual(keyOf('kept'));
  });

  it('whose table lacks an index that is asked for is refused, and stays as it is', async () => {
    const dataFolder = tempFolder();
    const database = await startEmbeddedDatabase({ dataFolder });
    const client = clientOf(database);
    await createTable(TABLE, client);
    const index = {
      IndexName: 'ByUser',
      KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' as const }],
      Projection: { ProjectionType: 'ALL' as const },
    };
    await expect(createTable({ ...TABLE, globalIndexes: [index] }, client)).rejects.toThrow(
      'The table items was created without the index ByUser, which the configuration asks for, and an index is not added ' +
        'to a table here. Choose another data folder, or switch the index off: --config with a file that holds ' +
        '{"sessionsByUser": false}.',
    );
    expect(await createTable(TABLE, client)).toBe('kept');
    client.destroy();
    await database.close();
  });

  it('that another database uses is refused, and the other one goes on', async () => {
    const dataFolder = tempFolder();
    const first = await startEmbeddedDatabase({ dataFolder });
    await expect(startEmbeddedDatabase({ dataFolder })).rejects.toThrow(
      `The data folder ${dataFolder} is in use by another process. Stop that one, or choose another folder.`,
    );
    const still = clientOf(first);
    expect(await createTable(TABLE, still)).toBe('created');
    still.destroy();
    await first.close();
  });
});
