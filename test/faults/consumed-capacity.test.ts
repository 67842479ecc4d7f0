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
  recordTurn,
  sessionIn,
  start,
  updateSession,
} from './caller.ts';
import { consumedBy, type DatabaseCall } from './database-proxy.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from './faulty-stack.ts';
import { uuidV4, uuidV7 } from './idempotency-keys.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'consumed-capacity.md');
const READS = new Set(['GetItem', 'Query']);

/** As long as a title may be, in characters of one byte. */
const LONG_TITLE = 'x'.repeat(200);

const GREAT_TURN = {
  turn: 1,
  messages: 1_000,
  inputTokens: 100_000_000,
  outputTokens: 100_000_000,
  costUsdMicros: 1_000_000_000,
};

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

  it('of a start with 200 letters of title is the same', async () => {
    const { consumed, reply } = await measure('start with 200 letters of title', () =>
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

  it.each([
    { operation: 'turn', title: undefined },
    { operation: 'turn of a session with 200 letters of title', title: LONG_TITLE },
  ])('of a $operation is 1 write unit, also when it is recorded again', async ({ operation, title }) => {
    const { sessionId } = sessionIn(await start(stack.gatewayUrl, tenant, uuidV7(), title));
    const record = () => recordTurn(stack.gatewayUrl, tenant, sessionId, GREAT_TURN);
    const { consumed } = await measure(operation, record);
    expect(consumed).toEqual({ readUnits: 0, writeUnits: 1, calls: 1 });
    expect((await record()).status).toBe(200);
    // A refused condition reports no units here; it is the same single call.
    expect(calls).toHaveLength(2 * calls.filter(({ call }) => asksForCredentials(call)).length);
  });

  it('of a change is 1 write unit', async () => {
    const { sessionId } = await started();
    const change = { title: 'Another', metadata: { topic: 'billing' }, archived: true };
    const { consumed } = await measure('change of title, metadata and archive', () =>
      updateSession(stack.gatewayUrl, tenant, sessionId, change),
    );
    expect(consumed).toEqual({ readUnits: 0, writeUnits: 1, calls: 1 });
  });

  // dynalite counts the units of a text by its characters, DynamoDB by its bytes.
  it('is of one write unit by its bytes too with 200 letters of title, and of two with 200 characters of four bytes', async () => {
    const { sessionId } = sessionIn(await start(stack.gatewayUrl, tenant, uuidV7(), LONG_TITLE));
    await recordTurn(stack.gatewayUrl, tenant, sessionId, GREAT_TURN);
    expect(await itemBytes(sessionId)).toBeLessThan(1_024);
    const longest = sessionIn(await start(stack.gatewayUrl, tenant, uuidV7(), '🌙'.repeat(200)));
    expect(await itemBytes(longest.sessionId)).toBeGreaterThan(1_024);
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

/** As DynamoDB counts them, with two digits to a byte of a number. */
async function itemBytes(sessionId: string): Promise<number> {
  const [item = {}] = await stack.items(`#SESSION#${sessionId.slice(4, 30)}`);
  return Object.entries(item).reduce((sum, [name, value]) => sum + bytesOf(name) + bytesOf(value), 0);
}

function bytesOf(value: unknown): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : Math.ceil(String(value).length / 2) + 1;
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
