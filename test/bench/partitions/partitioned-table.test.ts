// The simulated table charges and refuses as DynamoDB documents it.
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { PartitionedTable } from '../../../bench/partitions/model/partitioned-table.ts';
import { isCancelledBy, isThrottled } from '../../../bench/partitions/model/refusals.ts';
import { VirtualClock } from '../../../bench/partitions/model/virtual-time.ts';
import { seededRandom } from '../../faults/seeded-random.ts';

const TableName = 'Sessions';
const PERSONA = { pk: 'persona', sk: 'PERSONA', status: 'active' };

let clock: VirtualClock;
let table: PartitionedTable;

beforeEach(() => {
  clock = new VirtualClock(0);
  const partitions = { count: 'isolated', salt: '', savedSeconds: 1, begins: 'full' } as const;
  table = new PartitionedTable({ partitions }, clock, seededRandom(1));
  table.seed(PERSONA);
});

/** @returns what became of each command, all of them sent at once. */
async function sendAtOnce(...commands: object[]): Promise<PromiseSettledResult<unknown>[]> {
  const answers = Promise.allSettled(commands.map((command) => table.carryOut(command)));
  await clock.run();
  return answers;
}

function errorOf(answer: PromiseSettledResult<unknown> | undefined): unknown {
  return answer?.status === 'rejected' ? answer.reason : undefined;
}

function put(item: object, pk = 'shard'): PutCommand {
  return new PutCommand({
    TableName,
    Item: { pk, sk: '1', ...item },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
}

function transaction(sk: string): TransactWriteCommand {
  const { status: _, ...Key } = PERSONA;
  const condition = { ConditionExpression: 'attribute_exists(pk)' };
  return new TransactWriteCommand({
    TransactItems: [
      { ConditionCheck: { TableName, Key, ...condition } },
      { Put: { TableName, Item: { pk: 'shard', sk } } },
    ],
  });
}

describe('The simulated table', () => {
  it.each([
    ['a small item', 'x', 1],
    ['an item just over 1 KB', 'x'.repeat(1_010), 2],
    ['an item whose characters take three bytes each', '€'.repeat(400), 2],
  ])('charges for the bytes of %s', async (_, title, units) => {
    await sendAtOnce(put({ title }));
    expect(table.consumed.writeUnits).toBe(units);
  });

  it('charges for a write whose condition fails', async () => {
    await sendAtOnce(put({}));
    const [again] = await sendAtOnce(put({}));
    expect(errorOf(again)).toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(table.consumed.writeUnits).toBe(2);
  });

  it('charges half a unit for an eventually consistent read', async () => {
    const read = { TableName, Key: { pk: PERSONA.pk, sk: PERSONA.sk } };
    await sendAtOnce(new GetCommand(read), new GetCommand({ ...read, ConsistentRead: true }));
    expect(table.consumed.readUnits).toBe(1.5);
  });

  it('throttles what goes beyond 1,000 writes of one partition, at no price, and nobody else', async () => {
    const puts = Array.from({ length: 1_010 }, (_, i) => put({ sk: String(i) }));
    const answers = await sendAtOnce(...puts, put({}, 'another'));
    expect(answers.filter((answer) => isThrottled(errorOf(answer)))).toHaveLength(10);
    expect(answers.at(-1)?.status).toBe('fulfilled');
    expect(table.consumed.writeUnits).toBe(1_001);
  });

  it('cancels a transaction that touches what another one is at work on', async () => {
    const [first, second] = await sendAtOnce(transaction('1'), transaction('2'));
    expect(first?.status).toBe('fulfilled');
    expect(isCancelledBy(errorOf(second), 'TransactionConflict')).toBe(true);
    const [later] = await sendAtOnce(transaction('2'));
    expect(later?.status).toBe('fulfilled');
  });

  it('charges a transaction twice for each of its items', async () => {
    await sendAtOnce(transaction('1'));
    expect(table.consumed.writeUnits).toBe(4);
  });

  it('cancels a transaction whose check fails', async () => {
    table.seed({ pk: 'shard', sk: '1' });
    const [answer] = await sendAtOnce(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName,
              Item: { pk: 'shard', sk: '1' },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
        ],
      }),
    );
    expect(isCancelledBy(errorOf(answer), 'ConditionalCheckFailed')).toBe(true);
  });
});
