// The simulated table charges and refuses as DynamoDB documents it.
import { beforeEach, describe, expect, it } from 'vitest';
import { PartitionedTable } from '../../../bench/partitions/model/partitioned-table.ts';
import { isCancelledBy, isThrottled } from '../../../bench/partitions/model/refusals.ts';
import { VirtualClock } from '../../../bench/partitions/model/virtual-time.ts';
import { absent, present } from '../../../functions/dynamodb/condition.ts';
import { seededRandom } from '../../faults/seeded-random.ts';
import type { TableCall } from '../../memory-table.ts';

const PERSONA = { pk: 'persona', sk: 'PERSONA', status: 'active' };

let clock: VirtualClock;
let table: PartitionedTable;

beforeEach(() => {
  clock = new VirtualClock(0);
  const partitions = { count: 'isolated', salt: '', savedSeconds: 1, begins: 'full' } as const;
  table = new PartitionedTable({ partitions }, clock, seededRandom(1));
  table.seed(PERSONA);
});

/** @returns the end of each request, all of them sent at once. */
async function sendAtOnce(...requests: (() => Promise<unknown>)[]): Promise<PromiseSettledResult<unknown>[]> {
  const answers = Promise.allSettled(requests.map((request) => request()));
  await clock.run();
  return answers;
}

function errorOf(answer: PromiseSettledResult<unknown> | undefined): unknown {
  return answer?.status === 'rejected' ? answer.reason : undefined;
}

function call(what: TableCall) {
  return () => table.carryOut(what);
}

function put(item: object, pk = 'shard') {
  return call({ verb: 'put', args: [{ pk, sk: '1', ...item }, absent('pk')] });
}

function transaction(sk: string) {
  return () =>
    table.putChecking({ pk: 'shard', sk }, absent('pk'), { key: PERSONA, condition: present('pk') });
}

describe('The simulated table', () => {
  it.each([
    ['a small item', 'x', 1],
    ['an item just over 1 KB', 'x'.repeat(1_010), 2],
    ['an item whose characters take three bytes each', '€'.repeat(400), 2],
  ])('charges for the bytes of %s', async (_, title, units) => {
    await sendAtOnce(put({ title, ['absent'.repeat(200)]: undefined }));
    expect(table.consumed.writeUnits).toBe(units);
  });

  it('charges for a write whose condition is false', async () => {
    await sendAtOnce(put({}));
    const [again] = await sendAtOnce(put({}));
    expect(again).toMatchObject({ value: { written: false, stored: { pk: 'shard' } } });
    expect(table.consumed.writeUnits).toBe(2);
  });

  it('charges half a unit for an eventually consistent read', async () => {
    await sendAtOnce(
      call({ verb: 'get', args: [PERSONA, { consistent: false }] }),
      call({ verb: 'get', args: [PERSONA] }),
    );
    expect(table.consumed.readUnits).toBe(1.5);
  });

  it('throttles what goes beyond 1,000 writes of one partition, at no price, and no other partition', async () => {
    const puts = Array.from({ length: 1_010 }, (_, i) => put({ sk: String(i) }));
    const answers = await sendAtOnce(...puts, put({}, 'another'));
    expect(answers.filter((answer) => isThrottled(errorOf(answer)))).toHaveLength(10);
    expect(answers.at(-1)?.status).toBe('fulfilled');
    expect(table.consumed.writeUnits).toBe(1_001);
  });

  it('cancels a transaction that touches an item that another one is at work on', async () => {
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

  it('cancels a transaction one of whose conditions is false', async () => {
    table.seed({ pk: 'shard', sk: '1' });
    const [answer] = await sendAtOnce(transaction('1'));
    expect(isCancelledBy(errorOf(answer), 'ConditionalCheckFailed')).toBe(true);
  });

  it('does not let a call pass that it does not know', async () => {
    const [answer] = await sendAtOnce(call({ verb: 'query', args: [{ partition: 'shard' }] }));
    expect(errorOf(answer)).toMatchObject({ message: expect.stringContaining('has no query') });
  });
});
