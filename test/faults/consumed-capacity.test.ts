// What each operation consumes, as dynalite reports it: the table in docs/consumed-capacity.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  deleteSession,
  endSession,
  getSession,
  inParallel,
  listSessions,
  type Reply,
  sessionIn,
  start,
} from './caller.ts';
import { consumedBy, type DatabaseCall } from './database-proxy.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from './faulty-stack.ts';
import { uuidV4, uuidV7 } from './idempotency-keys.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'consumed-capacity.md');
const READS = new Set(['GetItem', 'Query']);

/** The longest title there is, in characters that take four bytes each. */
const LONG_TITLE = '🌙'.repeat(200);

interface Consumed {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly calls: number;
}

let stack: FaultyStack;
let tenant: Tenant;
const measured: [operation: string, Consumed][] = [];
let calls: { readonly call: DatabaseCall; readonly units: number }[] = [];

beforeAll(async () => {
  stack = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1, countCapacity: true });
  stack.database.observe((call, answer) => {
    const units = consumedBy(answer);
    calls.push({ call, units: units ?? Number.NaN });
  });
});

afterAll(async () => {
  await stack.close();
  stack.remove();
  console.info(asTable(measured));
});

beforeEach(async () => {
  tenant = await stack.newTenant();
});

describe('Consumed capacity', () => {
  it('of the check of an API key is 1 read unit', async () => {
    const { consumed } = await measure(
      'check of an API key',
      () => getSession(stack.gatewayUrl, tenant, 'x'),
      asksForCredentials,
    );
    expect(consumed).toEqual({ readUnits: 1, writeUnits: 0, calls: 1 });
  });

  it.each([
    { operation: 'start without a key', newKey: () => undefined, writeUnits: 1 },
    { operation: 'start with a UUIDv7', newKey: uuidV7, writeUnits: 1 },
    { operation: 'start with any other key', newKey: uuidV4, writeUnits: 2 },
  ])(
    'of a $operation is half a read unit, and $writeUnits for writing',
    async ({ operation, newKey, writeUnits }) => {
      const { consumed, reply } = await measure(operation, () => start(stack.gatewayUrl, tenant, newKey()));
      expect(reply.status).toBe(201);
      expect(consumed).toEqual({ readUnits: 0.5, writeUnits, calls: 1 + writeUnits });
    },
  );

  it('of a start with the longest title is the same', async () => {
    const { consumed, reply } = await measure('start with the longest title', () =>
      start(stack.gatewayUrl, tenant, uuidV7(), LONG_TITLE),
    );
    expect(reply.status).toBe(201);
    expect(consumed).toMatchObject({ readUnits: 0.5 });
    expect(consumed.writeUnits).toBeLessThanOrEqual(1);
  });

  it('of a get is at most 1 read unit', async () => {
    const { sessionId } = await started();
    const { consumed } = await measure('get', () => getSession(stack.gatewayUrl, tenant, sessionId));
    expect(consumed).toEqual({ readUnits: 1, writeUnits: 0, calls: 1 });
  });

  it('of an end is 1 write unit', async () => {
    const { sessionId } = await started();
    const { consumed } = await measure('end', () => endSession(stack.gatewayUrl, tenant, sessionId));
    expect(consumed).toEqual({ readUnits: 0, writeUnits: 1, calls: 1 });
  });

  it('of a delete is 1 write unit', async () => {
    const { sessionId } = await started();
    const { consumed } = await measure('delete', () => deleteSession(stack.gatewayUrl, tenant, sessionId));
    expect(consumed).toEqual({ readUnits: 0, writeUnits: 1, calls: 1 });
  });

  it('of a page of 20 is at most 3 read units', async () => {
    await inParallel(45, 8, () => start(stack.gatewayUrl, tenant, uuidV7()));
    const { consumed, reply } = await measure('page of 20 sessions', () =>
      listSessions(stack.gatewayUrl, tenant),
    );
    expect(JSON.parse(reply.text).items).toHaveLength(20);
    expect(consumed.readUnits).toBeLessThanOrEqual(3);
  });

  it('of a page of 100 is told as well', async () => {
    await inParallel(120, 8, () => start(stack.gatewayUrl, tenant, uuidV7()));
    const { consumed, reply } = await measure('page of 100 sessions', () =>
      listSessions(stack.gatewayUrl, tenant, '?limit=100'),
    );
    expect(JSON.parse(reply.text).items).toHaveLength(100);
    expect(consumed.readUnits).toBeLessThanOrEqual(12);
  });

  it('is what docs/consumed-capacity.md says', () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    for (const row of rowsOf(measured)) {
      expect(document).toContain(row);
    }
  });
});

async function started() {
  return sessionIn(await start(stack.gatewayUrl, tenant, uuidV7()));
}

function asksForCredentials({ sortKey }: DatabaseCall): boolean {
  return sortKey === 'APIKEY';
}

/** Counts what the endpoint itself consumes, unless told otherwise. */
async function measure(
  operation: string,
  act: () => Promise<Reply>,
  counts: (call: DatabaseCall) => boolean = (call) => !asksForCredentials(call),
): Promise<{ consumed: Consumed; reply: Reply }> {
  calls = [];
  const reply = await act();
  const counted = calls.filter(({ call }) => counts(call));
  const sum = (reads: boolean) =>
    counted
      .filter(({ call }) => READS.has(call.operation) === reads)
      .reduce((units, each) => units + each.units, 0);
  const consumed = { readUnits: sum(true), writeUnits: sum(false), calls: counted.length };
  measured.push([operation, consumed]);
  return { consumed, reply };
}

function rowsOf(rows: typeof measured): string[] {
  return rows.map(
    ([operation, { readUnits, writeUnits, calls }]) =>
      `| ${operation} | ${readUnits} | ${writeUnits} | ${calls} |`,
  );
}

function asTable(rows: typeof measured): string {
  return [
    '| operation | read units | write units | calls |',
    '| --- | --- | --- | --- |',
    ...rowsOf(rows),
  ].join('\n');
}
