// However the database fails to answer, a write is carried out once, and a caller learns in time that it is an outage.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outage } from '../../functions/aws/outage.ts';
import { absent } from '../../functions/dynamodb/condition.ts';
import type { Item, Table } from '../../functions/dynamodb/table.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../faults/embedded-table.ts';
import { FAULT_KINDS, type Fault, type FaultKind, isCarriedOut } from '../faults/fault.ts';
import { ADAPTERS } from './adapters.ts';

/** Shorter than those of the endpoints, so that the suite is too. */
const LIMITS = { maxAttempts: 3, connectionTimeoutMs: 500, requestTimeoutMs: 500 };
/** The attempts, the pauses between them, and a busy machine. */
const GIVES_UP_MS = 3 * LIMITS.requestTimeoutMs + 3_000;
/** Later than anybody waits for an answer. */
const LATE_MS = 1_800;

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
    table = ADAPTERS[adapter](database.proxy.url, LIMITS)();
  });

  it('once, an item is put once, and the put knows it for its own', async () => {
    database.proxy.follow([{ nth: 1, fault: fault(kind) }]);
    const item = newItem();
    const result = await table.put(item, absent('pk'));
    expect(result.written ? result.item : result.stored).toEqual(item);
    expect(await itemsUnder(item)).toEqual([item]);
  });

  it('always, it is an outage, in time, and nothing is there that was not carried out', async () => {
    database.proxy.follow([{ fault: fault(kind) }]);
    const item = newItem();
    const beganAtMs = performance.now();
    await expect(table.put(item, absent('pk'))).rejects.toBeInstanceOf(Outage);
    expect(performance.now() - beganAtMs).toBeLessThan(GIVES_UP_MS);
    expect(database.proxy.records).toHaveLength(LIMITS.maxAttempts);
    if (!isCarriedOut(fault(kind))) {
      expect(await itemsUnder(item)).toEqual([]);
    }
  });
});

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
