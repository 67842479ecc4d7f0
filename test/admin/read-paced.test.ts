// How the operator commands read a whole table: at a rate, after a question, with progress.
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ask } from '../../admin/ask.ts';
import { tellProgress } from '../../admin/user/progress.ts';
import { readPaced } from '../../admin/user/read-paced.ts';
import { describeScan } from '../../admin/user/scan-cost.ts';

describe('reading', () => {
  it('never goes faster than it is told, and fits its pages to a second', async () => {
    let nowMs = 0;
    const reads: { readonly atMs: number; readonly readUnits: number }[] = [];
    const pages = readPaced(
      async ({ Limit = 0, ExclusiveStartKey: from = { pk: 0 } }) => {
        const items = Math.min(Limit, 1_000 - Number(from.pk));
        reads.push({ atMs: nowMs, readUnits: items * 2 });
        nowMs += 7;
        const last = Number(from.pk) + items;
        return {
          Items: [],
          ScannedCount: items,
          ConsumedCapacity: { CapacityUnits: items * 2 },
          LastEvaluatedKey: last === 1_000 ? undefined : { pk: last },
        };
      },
      {
        readUnitsPerSecond: 50,
        now: () => nowMs,
        sleep: async (ms) => {
          nowMs += ms;
        },
      },
    );
    for await (const _ of pages) {
      // Only the time that the reads take is looked at.
    }
    expect(reads.reduce((sum, { readUnits }) => sum + readUnits, 0)).toBe(2_000);
    expect(Math.max(...reads.slice(1).map(({ readUnits }) => readUnits))).toBe(50);
    const waits = reads.slice(1).map(({ atMs }, i) => atMs - (reads[i]?.atMs ?? 0));
    expect(waits.map((ms, i) => ms >= ((reads[i]?.readUnits ?? 0) / 50) * 1000)).not.toContain(false);
  });

  it('says beforehand what it costs', () => {
    const facts = { items: 40_000_000, bytes: 32_768_000_000, hasUserIndex: false };
    expect(describeScan(facts, 500)).toContain('40,000,000 items, about 4,000,000 read units, $0.50 at the');
    expect(describeScan(facts, 500)).toContain('at least 134 minutes at 500 read units a second');
  });

  it.each([
    ['y', true],
    ['yes', true],
    ['', false],
    ['no', false],
  ])('goes on after the answer "%s": %s', async (answer, goesOn) => {
    const input = new PassThrough();
    const asked = ask('Go on?', 'add --yes.', { input, output: new PassThrough() });
    input.write(`${answer}\n`);
    await (goesOn
      ? expect(asked).resolves.toBeUndefined()
      : expect(asked).rejects.toThrow('Nothing was done'));
  });

  it.each([
    [false, ['… 20 items read, 3 read units', '… 40 items read, 5 read units']],
    [true, ['{"progress":{"items":20,"readUnits":3}}', '{"progress":{"items":40,"readUnits":5}}']],
  ])('says every five seconds how far it has come (in JSON: %s)', (asJson, expected) => {
    const told: string[] = [];
    let nowMs = 0;
    const tell = tellProgress({ asJson, write: (line) => told.push(line), now: () => nowMs });
    for (const items of [10, 20, 30, 40]) {
      nowMs += 2_500;
      tell({ items, readUnits: items / 8 });
    }
    expect(told).toEqual(expected);
  });
});
