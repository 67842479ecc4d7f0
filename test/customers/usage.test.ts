// Usage is exact, however often and however cut the stream is delivered, and whatever becomes of the table's answers.
import type { DynamoDBRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { readUsage } from '../../admin/read-usage.ts';
import { Outage } from '../../functions/aws/outage.ts';
import { createCountUsage } from '../../functions/count-usage.ts';
import type { Turn } from '../../functions/sessions/turn.ts';
import type { Usage } from '../../functions/usage/usage.ts';
import { seededRandom, seedFrom } from '../faults/seeded-random.ts';
import { MemoryTable, type TableCall, tableThrough } from '../memory-table.ts';
import { end, putPersona, record, remove, start, turnOf, update } from './lives.ts';
import { RecordedStream } from './recorded-stream.ts';

const MONTH = '2026-11';
const MIDNIGHT_MS = Date.parse('2026-11-23T00:00:00Z');
const SEED = seedFrom(process.env.SEED);
const SHARD = 'shardId-1';

let stream: RecordedStream;
/** Where usage is counted. */
let counted: MemoryTable;
let calls: TableCall[];
/** What becomes of a call; carried out unless a test says otherwise. */
let carry: (call: TableCall) => Promise<unknown>;

beforeEach(() => {
  stream = new RecordedStream(MIDNIGHT_MS);
  counted = new MemoryTable();
  calls = [];
  carry = async (call) => counted.carryOut(call);
});

const countUsage = createCountUsage(() =>
  tableThrough((call) => {
    calls.push(call);
    return carry(call);
  }),
);
const count = (Records: DynamoDBRecord[], shardId = SHARD) => countUsage({ Records, shardId });
const totalOf = async (orgId = 'org_1') => (await readUsage(counted, { orgId, month: MONTH })).total;

interface Lives {
  readonly starts: number;
  readonly turns?: number;
  readonly ends: number;
  readonly deletes: number;
}

/** Sessions that are started, each with so many turns, changed, and some of them ended and deleted. @returns the records */
async function live(numbers: Lives, orgId = 'org_1') {
  await putPersona(stream.table, orgId);
  for (let i = 0; i < numbers.starts; i += 1) {
    const session = await start(stream.table, orgId);
    for (let turn = 1; turn <= (numbers.turns ?? 0); turn += 1) {
      await record(stream.table, session, turnOf(turn));
      await update(stream.table, session, { title: `After turn ${turn}` });
    }
    if (i < numbers.ends) {
      await end(stream.table, session);
    }
    if (i < numbers.deletes) {
      await remove(stream.table, session);
    }
  }
  return stream.take();
}

/** @param turns of each of the sessions that were started */
function counts(starts: number, ends: number, deletes: number, turns = 0): Usage {
  const figures = Array.from({ length: turns }, (_, i) => turnOf(i + 1));
  const sum = (figure: keyof Turn) => starts * figures.reduce((total, turn) => total + turn[figure], 0);
  return {
    startChatSession: starts,
    endChatSession: ends,
    deleteChatSession: deletes,
    recordChatTurn: starts * turns,
    messages: sum('messages'),
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    costUsdMicros: sum('costUsdMicros'),
  };
}

describe('What an org did', () => {
  it('is counted by the day in UTC on which it was done, for each org apart', async () => {
    stream.nowMs = MIDNIGHT_MS - 1_000;
    const before = await live({ starts: 2, ends: 1, deletes: 0 });
    stream.nowMs = MIDNIGHT_MS;
    const after = await live({ starts: 3, turns: 4, ends: 2, deletes: 1 });
    const others = await live({ starts: 1, ends: 1, deletes: 1 }, 'org_2');
    expect(await count([...before, ...after, ...others])).toEqual({ state: {}, batchItemFailures: [] });
    expect(await readUsage(counted, { orgId: 'org_1', month: MONTH })).toEqual({
      orgId: 'org_1',
      month: MONTH,
      days: [
        { day: '2026-11-22', ...counts(2, 1, 0) },
        { day: '2026-11-23', ...counts(3, 2, 1, 4) },
      ],
      total: { ...counts(3, 2, 1, 4), startChatSession: 5, endChatSession: 3 },
    });
    expect(await totalOf('org_2')).toEqual(counts(1, 1, 1));
  });

  it('takes one write for each org and day of a batch', async () => {
    const numbers = { starts: 4, turns: 2, ends: 4, deletes: 4 };
    await count([...(await live(numbers)), ...(await live(numbers, 'org_2'))]);
    expect(calls.map(({ verb }) => verb)).toEqual(['update', 'update']);
  });

  it('in several shards of the stream is added up', async () => {
    const records = await live({ starts: 4, ends: 0, deletes: 0 });
    await count(records.slice(0, 3), 'shardId-1');
    await count(records.slice(3), 'shardId-2');
    expect(await totalOf()).toEqual(counts(4, 0, 0));
  });

  it('does not include replays and what TTL removes', async () => {
    const key = { kind: 'opaque', value: 'order-4711' } as const;
    await putPersona(stream.table, 'org_1');
    await start(stream.table, 'org_1', key);
    const session = await start(stream.table, 'org_1', key);
    await remove(stream.table, await start(stream.table, 'org_1'));
    for (let i = 0; i < 3; i += 1) {
      await record(stream.table, session, turnOf(1));
    }
    stream.removeExpiring();
    await count(stream.take());
    expect(await totalOf()).toEqual({ ...counts(1, 0, 1, 1), startChatSession: 2 });
  });

  it('takes no write where it was changed only, which nobody pays for', async () => {
    await putPersona(stream.table, 'org_1');
    const session = await start(stream.table, 'org_1');
    stream.take();
    await update(stream.table, session, { title: 'Another' });
    await update(stream.table, session, { archived: true });
    await count(stream.take());
    expect(calls).toEqual([]);
  });

  it('stays far below the 1 KB of a write unit, however long the names and great the numbers', async () => {
    const orgId = `org_${'a'.repeat(60)}`;
    await putPersona(stream.table, orgId);
    const session = await start(stream.table, orgId);
    const greatest = { messages: 1e15, inputTokens: 8e15, outputTokens: 8e15, costUsdMicros: 8e15 };
    await record(stream.table, session, { turn: 1, ...greatest });
    await count(stream.take(), `shardId-${'0'.repeat(20)}-${'f'.repeat(8)}`);
    const [item] = counted.items();
    expect(item).toMatchObject(greatest);
    expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(600);
  });

  it('is not guessed when Lambda does not say which shard it is', async () => {
    await expect(countUsage({ Records: [] })).rejects.toThrow('tumbling window');
  });
});

describe('Usage is exact', () => {
  it('when a batch comes again as a whole, in parts, and joined to the next', async () => {
    const records = await live({ starts: 6, turns: 2, ends: 3, deletes: 2 });
    const middle = Math.floor(records.length / 2);
    for (const batch of [
      records.slice(0, middle),
      records.slice(0, middle),
      records.slice(0, 2),
      records.slice(1, 3),
      records,
      records.slice(middle - 1),
      records,
    ]) {
      await count(batch);
    }
    expect(await totalOf()).toEqual(counts(6, 3, 2, 2));
  });

  it('when the answer of the table is lost, and its adapter sends the write again', async () => {
    const records = await live({ starts: 3, turns: 2, ends: 1, deletes: 1 });
    carry = async (call) => {
      counted.carryOut(call);
      return counted.carryOut(call);
    };
    await count(records);
    expect(await totalOf()).toEqual(counts(3, 1, 1, 2));
  });

  it('when the function ends before it hears that its write was applied', async () => {
    const records = await live({ starts: 3, turns: 2, ends: 1, deletes: 1 });
    carry = async (call) => {
      counted.carryOut(call);
      throw new Outage('No answer came');
    };
    await expect(count(records)).rejects.toThrow(Outage);
    carry = async (call) => counted.carryOut(call);
    await count(records);
    expect(await totalOf()).toEqual(counts(3, 1, 1, 2));
  });

  it(`through faults of every kind and deliveries from ever earlier points (SEED=${SEED})`, async () => {
    const random = seededRandom(SEED);
    const orgs = ['org_1', 'org_2', 'org_3'];
    const rounds = 30;
    const all: DynamoDBRecord[] = [];
    for (let i = 0; i < rounds; i += 1) {
      stream.nowMs = MIDNIGHT_MS + i * 3 * 3_600_000;
      all.push(...(await live({ starts: 4, turns: 2, ends: 2, deletes: 1 }, orgs[i % orgs.length])));
    }
    carry = async (call) => {
      const applied = [0, 1, 1, 1, 2][random.below(5)] as number;
      const results = Array.from({ length: applied }, () => counted.carryOut(call));
      if (random.chance(0.2) || applied === 0) {
        throw new Outage('No answer came');
      }
      return results.at(-1);
    };
    for (let done = 0; done < all.length; ) {
      // As after a crash, it begins again with something that may have been counted.
      const from = random.chance(0.5) ? random.below(done + 1) : done;
      const to = Math.min(all.length, Math.max(done, from) + 1 + random.below(9));
      const isCounted = await count(all.slice(from, to)).then(
        () => true,
        () => false,
      );
      done = isCounted ? Math.max(done, to) : done;
    }
    const lived = rounds / orgs.length;
    for (const orgId of orgs) {
      expect(await totalOf(orgId)).toEqual(counts(4 * lived, 2 * lived, lived, 2));
    }
  });
});
