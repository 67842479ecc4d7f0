// What the port promises of the table, held on both adapters, on each database engine in a run of its own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Outage } from '../../functions/aws/outage.ts';
import {
  absent,
  all,
  any,
  type Condition,
  compare,
  isOneOf,
  present,
} from '../../functions/dynamodb/condition.ts';
import type { BindTable, Item, Query, Table } from '../../functions/dynamodb/table.ts';
import { ADAPTERS } from './adapters.ts';
import { createTable, ENGINE_NAME, type Engine, INDEX, startEngine } from './engines.ts';

const LIMITS = { maxAttempts: 2, connectionTimeoutMs: 10_000, requestTimeoutMs: 30_000 };

describe(`on ${ENGINE_NAME}`, () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await startEngine();
    await createTable(engine.endpoint);
  });
  afterAll(() => engine.close());

  describe.each(Object.entries(ADAPTERS))('through the adapter "%s"', (adapter, openOn) => {
    let bindTable: BindTable;
    let table: Table;
    beforeAll(() => {
      bindTable = openOn(engine.endpoint, LIMITS);
      table = bindTable();
    });

    /** A partition for each test. */
    const partition = (name: string) => `${adapter} ${name}`;
    const keyOf = (name: string, sk = 'A') => ({ pk: partition(name), sk });

    describe('an item', () => {
      const VALUES = {
        emoji: 'Évening 🌙 \u{1F469}\u200D\u{1F680}',
        escaped: 'a "quoted" \\ key\n\u0000\u2028',
        proto: '__proto__',
        empty: '',
        count: 3,
        negative: -0.25,
        big: 2 ** 40,
        no: false,
        nothing: null,
        list: ['a', 1, { b: null, c: [true, ''] }],
        map: { constructor: 'x', length: 0, deep: { deeper: [] } },
      };

      it.each([{ consistent: true }, { consistent: false }, undefined])(
        'that was put is read with every value as it was (%j)',
        async (read) => {
          const item = { ...keyOf('values'), ...VALUES };
          expect(await table.put(item)).toEqual({ written: true, item });
          expect(await table.get(keyOf('values'), read)).toEqual(item);
        },
      );

      it('lacks the attributes that were undefined', async () => {
        await table.put({ ...keyOf('undefined'), title: undefined, count: 1 });
        expect(Object.keys((await table.get(keyOf('undefined'))) as Item).sort()).toEqual([
          'count',
          'pk',
          'sk',
        ]);
      });

      it('is undefined under a key that has none', async () => {
        expect(await table.get(keyOf('never put'))).toBeUndefined();
      });

      it('is replaced as a whole by another put', async () => {
        await table.put({ ...keyOf('replaced'), title: 'old', count: 1 });
        await table.put({ ...keyOf('replaced'), title: 'new' });
        expect(await table.get(keyOf('replaced'))).toEqual({ ...keyOf('replaced'), title: 'new' });
      });
    });

    describe('a condition', () => {
      const stored = { status: 'active', turn: 3, name: 'Ada' };
      const conditions: [expected: boolean, Condition][] = [
        [true, present('pk')],
        [false, absent('pk')],
        [true, absent('endedAt')],
        [false, present('endedAt')],
        [true, compare('turn', '=', 3)],
        [false, compare('turn', '=', '3')],
        [false, compare('turn', '<>', 3)],
        [true, compare('endedAt', '<>', '')],
        [true, compare('turn', '<', 4)],
        [false, compare('turn', '<', 3)],
        [true, compare('turn', '<=', 3)],
        [true, compare('turn', '>', 2)],
        [false, compare('turn', '>', 3)],
        [true, compare('turn', '>=', 3)],
        [false, compare('endedAt', '>=', '')],
        [true, compare('name', '<', 'Bob')],
        [true, isOneOf('status', ['ended', 'active'])],
        [false, isOneOf('status', ['ended'])],
        [false, isOneOf('endedAt', ['', 'x'])],
        [true, all(present('pk'), compare('turn', '=', 3))],
        [false, all(present('pk'), compare('turn', '=', 4))],
        [true, any(compare('turn', '=', 4), present('pk'))],
        [false, any(compare('turn', '=', 4), absent('pk'))],
        [true, all(any(absent('pk'), all(present('pk'), compare('status', '=', 'active'))), present('name'))],
        [true, all(any(all(present('pk'))))],
      ];

      it.each(conditions)(
        'holds: %s for %j, and a refusal carries the stored item',
        async (expected, condition) => {
          const item = { ...keyOf('conditions'), ...stored };
          await table.put(item);
          const put = await table.put({ ...item, name: 'Ada' }, condition);
          const update = await table.update(keyOf('conditions'), { set: { name: 'Ada' } }, condition);
          const result = expected ? { written: true, item } : { written: false, stored: item };
          expect([put, update]).toEqual([result, result]);
        },
      );

      it('that no item fulfils is refused without one', async () => {
        const refused = { written: false, stored: undefined };
        expect(await table.put({ ...keyOf('no item') }, present('pk'))).toEqual(refused);
        expect(await table.update(keyOf('no item'), { set: { a: 1 } }, compare('a', '=', 1))).toEqual(
          refused,
        );
        expect(await table.get(keyOf('no item'))).toBeUndefined();
      });

      it('lets one of many writes at once through', async () => {
        const puts = Array.from({ length: 20 }, (_, n) => table.put({ ...keyOf('race'), n }, absent('pk')));
        const results = await Promise.all(puts);
        const [winner, ...others] = results.filter(({ written }) => written);
        expect(others).toEqual([]);
        const stored = winner?.written ? winner.item : undefined;
        expect(results.filter(({ written }) => !written)).toEqual(
          Array.from({ length: 19 }, () => ({ written: false, stored })),
        );
      });
    });

    describe('an update', () => {
      it('creates the item, counts an absent attribute as 0 and leaves out what is undefined', async () => {
        const change = { set: { status: 'active', title: undefined }, add: { count: 2 } };
        const item = { ...keyOf('created'), status: 'active', count: 2 };
        expect(await table.update(keyOf('created'), change)).toEqual({ written: true, item });
        expect(await table.get(keyOf('created'))).toEqual(item);
      });

      it('sets, adds and removes at once, whatever the attributes are called, and gives back all of the item', async () => {
        await table.put({ ...keyOf('changed'), size: 1, order: 'x', name: 'gone', kept: { a: [1] } });
        const change = {
          set: { order: '', values: ['🌙'] },
          add: { size: -3, total: 0.5 },
          remove: ['name', 'absent'],
        };
        const item = {
          ...keyOf('changed'),
          size: -2,
          order: '',
          kept: { a: [1] },
          values: ['🌙'],
          total: 0.5,
        };
        expect(await table.update(keyOf('changed'), change)).toEqual({ written: true, item });
        expect(await table.get(keyOf('changed'))).toEqual(item);
      });
    });

    describe('a query', () => {
      const sortKeys = ['A#1', 'A#2', 'A#3', 'A#4', 'B#1'];
      const pk = partition('query');
      beforeAll(async () => {
        await Promise.all(sortKeys.map((sk, n) => table.put({ pk, sk, n })));
      });

      const found = async (query: Omit<Query, 'partition'>) => {
        const { items, lastKey } = await table.query({ partition: pk, ...query });
        return { found: items.map(({ sk }) => sk).join(' '), lastKey };
      };

      it('finds a partition in the order of its sort keys, whole and the other way round', async () => {
        expect(await table.query({ partition: pk })).toEqual({
          items: sortKeys.map((sk, n) => ({ pk, sk, n })),
        });
        expect(await found({ order: 'descending' })).toEqual({
          found: 'B#1 A#4 A#3 A#2 A#1',
          lastKey: undefined,
        });
      });

      it('finds what begins with a prefix, and nothing elsewhere', async () => {
        expect(await found({ sortKeyPrefix: 'A#' })).toMatchObject({ found: 'A#1 A#2 A#3 A#4' });
        expect(await table.query({ partition: partition('nowhere') })).toEqual({ items: [] });
      });

      it.each(['ascending', 'descending'] as const)(
        'goes on after the last key of a page, %s',
        async (order) => {
          const pages: string[] = [];
          let after: Query['after'];
          do {
            const page = await found({ sortKeyPrefix: 'A#', limit: 3, order, after });
            pages.push(page.found);
            after = page.lastKey;
          } while (after !== undefined && pages.length < 9);
          const whole = ['A#1', 'A#2', 'A#3', 'A#4'];
          expect(pages.join(' ')).toBe((order === 'ascending' ? whole : whole.reverse()).join(' '));
          expect(pages[0]?.split(' ')).toHaveLength(3);
        },
      );

      it('counts items that the filter leaves out by the limit', async () => {
        const filter = compare('n', '>=', 2);
        expect(await found({ filter, limit: 3 })).toEqual({ found: 'A#3', lastKey: { pk, sk: 'A#3' } });
        expect(await found({ filter: isOneOf('n', [0, 4]), sortKeyPrefix: 'A#' })).toMatchObject({
          found: 'A#1',
        });
      });

      it('of an index finds only the items that have its attributes, page by page', async () => {
        const user = partition('user');
        await Promise.all(
          ['1', '2', '3'].map((sk) => table.put({ ...keyOf('indexed', sk), user, timestamp: `T${sk}` })),
        );
        await table.put({ ...keyOf('indexed', '4'), timestamp: 'T4' });
        const query: Query = {
          index: INDEX,
          partition: user,
          sortKeyPrefix: 'T',
          order: 'descending',
          limit: 2,
        };
        const first = await table.query(query);
        const second = await table.query({ ...query, after: first.lastKey });
        expect([first, second].map(({ items }) => items.map(({ sk }) => sk))).toEqual([['3', '2'], ['1']]);
        expect(first.lastKey).toEqual({ ...keyOf('indexed', '2'), user, timestamp: 'T2' });
        expect(second.lastKey).toBeUndefined();
      });

      it('ends a page at 1 MB', async () => {
        const large = partition('large');
        const text = 'x'.repeat(300_000);
        for (const sk of ['1', '2', '3', '4']) {
          await table.put({ pk: large, sk, text });
        }
        const first = await table.query({ partition: large });
        expect(first.lastKey).toEqual({ pk: large, sk: first.items.at(-1)?.sk });
        const second = await table.query({ partition: large, after: first.lastKey });
        expect([...first.items, ...second.items].map(({ sk }) => sk)).toEqual(['1', '2', '3', '4']);
      });
    });

    describe('a call', () => {
      it('whose signal was aborted before is an outage and writes nothing', async () => {
        const aborted = bindTable(AbortSignal.abort());
        await expect(aborted.put({ ...keyOf('aborted') })).rejects.toBeInstanceOf(Outage);
        await expect(aborted.get(keyOf('aborted'))).rejects.toBeInstanceOf(Outage);
        expect(await table.get(keyOf('aborted'))).toBeUndefined();
      });

      it('to a table that does not exist, or with a key that is empty, is a mistake with its name', async () => {
        const elsewhere = openOn(engine.endpoint, LIMITS, 'Nowhere')();
        await expect(elsewhere.get(keyOf('x'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
        await expect(table.get({ pk: '', sk: 'A' })).rejects.toMatchObject({ name: 'ValidationException' });
      });
    });
  });

  it('an item that one adapter wrote is the same through the other', async () => {
    const [lean, sdk] = [ADAPTERS.lean, ADAPTERS.sdk].map((openOn) => openOn(engine.endpoint, LIMITS)());
    const item = {
      pk: 'both',
      sk: 'A',
      title: '🌙',
      count: 2 ** 53 - 1,
      fraction: 0.1,
      parts: [{ a: null }],
    };
    await lean?.put(item);
    expect(await sdk?.get(item)).toEqual(item);
    await sdk?.put({ ...item, sk: 'B' });
    expect(await lean?.get({ pk: 'both', sk: 'B' })).toEqual({ ...item, sk: 'B' });
  });
});
