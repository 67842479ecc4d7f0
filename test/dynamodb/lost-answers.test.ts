// However the database fails to answer, a write is carried out once, and a caller learns in time that it is an outage.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outage } from '../../functions/aws/outage.ts';
import { absent } from '../../functions/dynamodb/condition.ts';
import type { Item, Table, WriteResult } from '../../functions/dynamodb/table.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../faults/embedded-table.ts';
import { FAULT_KINDS, type Fault, type FaultKind, isCarriedOut } from '../faults/fault.ts';
import { letTimePass } from '../virtual-time.ts';
import { ADAPTERS } from './adapters.ts';

/** As those of the endpoints. */
const LIMITS = { maxAttempts: 3, connectionTimeoutMs: 1_000, requestTimeoutMs: 1_000 };
/** Where nothing is meant to time out, nothing does, however slow the machine is. */
const PATIENT = { maxAttempts: 3, connectionTimeoutMs: 120_000, requestTimeoutMs: 120_000 };
/** Whose callers wait for longer than a request may take. */
const LATE: ReadonlySet<FaultKind> = new Set(['delay', 'delay-answer', 'hang-before', 'hang-after', 'stall']);
/** The late ones come when no caller waits any more. */
const LATE_MS = 200;

let database: EmbeddedTable;
beforeAll(async () => {
  database = await startEmbeddedTable({ seed: 1 });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await database.close();
});
beforeEach(() => {
  database.proxy.follow([]);
  database.proxy.forget();
});

const cases = Object.keys(ADAPTERS).flatMap((adapter) =>
  FAULT_KINDS.map((kind) => [adapter as keyof typeof ADAPTERS, kind] as const),
);

describe.each(cases)('through the adapter "%s", when the database meets "%s"', (adapter, kind) => {
  let table: Table;
  // With no connection that could have died.
  beforeEach(() => {
    table = ADAPTERS[adapter](database.proxy.url, LATE.has(kind) ? LIMITS : PATIENT)();
  });

  /** The time of each request that will be answered too late has passed as soon as it has arrived. */
  async function put(item: Item) {
    const call = () => table.put(item, absent('pk'));
    const { records } = database.proxy;
    const late = () => records.filter(({ fault }) => fault !== undefined).length;
    return LATE.has(kind) ? letTimePass(call, late, LIMITS.requestTimeoutMs) : settled(call());
  }

  it('once, an item is put once, and the put knows it for its own', async () => {
    database.proxy.follow([{ nth: 1, fault: fault(kind) }]);
    const item = newItem();
    const { value } = (await put(item)) as PromiseFulfilledResult<WriteResult>;
    expect(value.written ? value.item : value.stored).toEqual(item);
    expect(await itemsUnder(item)).toEqual([item]);
  });

  it('always, it is an outage, in time, and nothing is there that was not carried out', async () => {
    database.proxy.follow([{ fault: fault(kind) }]);
    const item = newItem();
    expect(await put(item)).toEqual({ status: 'rejected', reason: expect.any(Outage) });
    expect(database.proxy.records).toHaveLength(LIMITS.maxAttempts);
    if (!isCarriedOut(fault(kind))) {
      expect(await itemsUnder(item)).toEqual([]);
    }
  });
});

async function settled<T>(call: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([call]);
  return result;
}

function fault(kind: FaultKind): Fault {
  return { kind, ms: LATE_MS } as Fault;
}

let made = 0;

function newItem(): Item {
  made += 1;
  return { pk: `ORG#${made}`, sk: 'A', requestId: `request-${made}` };
}

async function itemsUnder({ pk }: Item) {
  return (await database.items()).filter((item) => item.pk === pk);
}
