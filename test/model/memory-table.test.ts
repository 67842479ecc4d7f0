// The table in memory does what an engine does behind the SDK, whatever the calls.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Condition, compare } from '../../functions/dynamodb/condition.ts';
import type { BindTable, Change, Item, Query, Table } from '../../functions/dynamodb/table.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../faults/embedded-table.ts';
import { seedFrom } from '../faults/seeded-random.ts';
import { MemoryTable, type TableCall } from '../memory-table.ts';

const SEED = seedFrom(process.env.SEED);

let embedded: EmbeddedTable;
let bindEngine: BindTable;
let run = 0;

beforeAll(async () => {
  embedded = await startEmbeddedTable({ seed: 1 });
  bindEngine = embedded.open({ maxAttempts: 1, connectionTimeoutMs: 5_000, requestTimeoutMs: 30_000 });
});

afterAll(() => embedded.close());

const PARTITIONS = ['first', 'second'];
const attribute = fc.constantFrom('text', 'count', 'list');
const scalar = fc.constantFrom('a', 'b', '10', 9, 10);
const value = fc.oneof(scalar, fc.constantFrom(true, null, ['a', { n: 1 }], ['a', { n: 2 }]));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** dynalite never finds two lists equal. */
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constantFrom('absent', 'present'), attribute }),
    fc
      .record({
        attribute,
        comparator: fc.constantFrom('=', '<>', '<', '<=', '>', '>='),
        value: scalar,
      })
      .map((c) => compare(c.attribute, c.comparator, c.value)),
    fc.record({
      kind: fc.constant('in'),
      attribute,
      values: fc.array(scalar, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constantFrom('all', 'any'),
      conditions: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

const key = fc.record({
  pk: fc.constantFrom(...PARTITIONS),
  sk: fc.constantFrom('A#1', 'A#2', 'A#3', 'B#1', 'B#2'),
});
const item = fc
  .record({ key, text: maybe(value), list: maybe(value), count: maybe(fc.nat(3)) })
  .map(({ key, ...attributes }): Item => ({ ...attributes, ...key }));
/** Each attribute in one clause only, and a number is added to numbers only. */
const change = fc
  .record({ set: fc.record({ text: value, list: maybe(value) }), add: fc.integer({ min: 1, max: 5 }) })
  .chain(({ set, add }) =>
    fc.constantFrom<Change[]>(
      { set },
      { set, add: { count: add } },
      { remove: ['text', 'list'] },
      { set: { list: set.list }, add: { count: add }, remove: ['text'] },
    ),
  );
const query = fc.record<Query>({
  partition: fc.constantFrom(...PARTITIONS),
  sortKeyPrefix: fc.constantFrom(undefined, 'A#', 'B#', 'C#') as fc.Arbitrary<string>,
  filter: maybe(condition) as fc.Arbitrary<Condition>,
  order: fc.constantFrom('ascending', 'descending'),
  limit: fc.constantFrom(1, 2, 3, 10),
});

const call: fc.Arbitrary<TableCall> = fc.oneof(
  fc.record({ verb: fc.constant('get'), args: fc.tuple(key) }),
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('put'), args: fc.tuple(item, maybe(condition)) }) },
  {
    weight: 3,
    arbitrary: fc.record({ verb: fc.constant('update'), args: fc.tuple(key, change, maybe(condition)) }),
  },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('query'), args: fc.tuple(query) }) },
);

describe('The table in memory', () => {
  it(`answers every sequence of calls as an engine does, and holds the same items afterwards (SEED=${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 30, size: 'max' }), async (calls) => {
        run += 1;
        const memory = new MemoryTable();
        const lists = PARTITIONS.map((partition): TableCall => ({ verb: 'query', args: [{ partition }] }));
        for (const each of [...calls, ...lists].map(ofThisRun)) {
          expect(await outcomeOf(memory, each)).toEqual(await outcomeOf(bindEngine(), each));
        }
      }),
      { seed: SEED, numRuns: 30 },
    );
  });

  it('takes two lists as equal when what they hold is', async () => {
    const key = { pk: 'first', sk: 'A#1' };
    const memory = new MemoryTable([{ ...key, list: ['a', { n: 1 }] }]);

    const other = await memory.update(key, { add: { count: 1 } }, compare('list', '=', ['a', { n: 2 }]));
    const same = await memory.update(key, { add: { count: 1 } }, compare('list', '=', ['a', { n: 1 }]));

    expect([other.written, same.written]).toEqual([false, true]);
  });
});

/** In partitions that no other run has written to. */
function ofThisRun({ verb, args: [first, ...others] }: TableCall): TableCall {
  const moved =
    'partition' in first
      ? { ...first, partition: `${first.partition} ${run}` }
      : { ...first, pk: `${first.pk} ${run}` };
  return { verb, args: [moved, ...others] } as TableCall;
}

/** Of a query, every page. */
async function outcomeOf(table: Table, call: TableCall): Promise<unknown> {
  switch (call.verb) {
    case 'get':
      return table.get(...call.args);
    case 'put':
      return table.put(...call.args);
    case 'update':
      return table.update(...call.args);
    case 'query': {
      const pages = [await table.query(...call.args)];
      for (let after = pages[0]?.lastKey; after !== undefined; after = pages.at(-1)?.lastKey) {
        pages.push(await table.query({ ...call.args[0], after }));
      }
      return pages;
    }
  }
}
