// What each operation consumes, as dynalite reports it, without the index of sessions by user and with it: the tables in
// docs/consumed-capacity.md.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Item } from '../../functions/dynamodb/table.ts';
import { sessionsByUser } from '../../functions/routes.ts';
import { synthesise } from '../../local/synthesise.ts';
import {
  deleteSession,
  endSession,
  getSession,
  inParallel,
  listOwnSessions,
  listSessions,
  type Reply,
  recordTurn,
  sessionIn,
  start,
  updateSession,
} from './caller.ts';
import {
  asTable,
  type Consumed,
  type MeasuredRow,
  type RowWithIndex,
  rowsOf,
  rowsWithIndex,
} from './capacity-rows.ts';
import { consumedBy, type DatabaseCall } from './database-proxy.ts';
import { FAULTY_STACK_CONFIG, type FaultyStack, startFaultyStack, type Tenant } from './faulty-stack.ts';
import { uuidV4, uuidV7 } from './idempotency-keys.ts';
import { indexWriteUnits, itemBytes } from './index-write-units.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'consumed-capacity.md');
const READS = new Set(['GetItem', 'Query']);

const LONG_TITLE = 'x'.repeat(200);
/** dynalite counts UTF-16 units where DynamoDB counts bytes. */
const LONG_TITLE_OF_FOUR_BYTES = '🌙'.repeat(200);
const HIGHEST_FIGURES = {
  messages: 1_000,
  inputTokens: 100_000_000,
  outputTokens: 100_000_000,
  costUsdMicros: 1_000_000_000,
};

let plain: FaultyStack;
let indexed: FaultyStack;
/** The one of the two that is measured. */
let stack: FaultyStack;
let tenant: Tenant;
const measured: MeasuredRow[] = [];
const measuredWithIndex: RowWithIndex[] = [];
let calls: { readonly call: DatabaseCall; readonly units: number }[] = [];
const folder = mkdtempSync(join(tmpdir(), 'moonborn-capacity-'));

beforeAll(async () => {
  plain = await startFaultyStack({ synthesised: inject('synthesised'), seed: 1, countCapacity: true });
  const config = { ...FAULTY_STACK_CONFIG, sessionsByUser: true };
  const synthesised = await synthesise({ folder, config });
  indexed = await startFaultyStack({ synthesised, seed: 1, countCapacity: true });
  for (const { database } of [plain, indexed]) {
    database.observe((call, answer) => {
      const units = consumedBy(answer);
      calls.push({ call, units: units ?? Number.NaN });
    });
  }
  stack = plain;
});

afterAll(async () => {
  for (const each of [plain, indexed]) {
    await each.close();
    each.remove();
  }
  rmSync(folder, { recursive: true, force: true });
  console.info([asTable(measured), ...rowsWithIndex(measuredWithIndex)].join('\n'));
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

  it('of a turn is 1 write unit, whatever it counts', async () => {
    const { sessionId } = await started();
    const { consumed } = await measure('turn', () => recordHighest(sessionId));
    expect(consumed).toEqual({ readUnits: 0, writeUnits: 1, calls: 1 });
  });

  it('of a change is 1 write unit, whatever it changes', async () => {
    const { sessionId } = await started();
    const { consumed } = await measure('change', () => rename(sessionId, 'Plans'));
    expect(consumed).toEqual({ readUnits: 0, writeUnits: 1, calls: 1 });
  });

  it('of a turn and of a change is the same with the longest title', async () => {
    const { sessionId } = sessionIn(await start(stack.gatewayUrl, tenant, uuidV7(), LONG_TITLE));
    await measure('turn with the longest title', () => recordHighest(sessionId));
    await measure('change of the longest title to another', () => rename(sessionId, LONG_TITLE));
    expect(measured.slice(-2).map(([, { writeUnits }]) => writeUnits)).toEqual([1, 1]);
  });

  it('of a title in characters of four bytes is another write unit on DynamoDB, and not here', async () => {
    const { consumed } = await measure(
      'start with the longest title in four bytes each',
      () => start(stack.gatewayUrl, tenant, uuidV7(), LONG_TITLE_OF_FOUR_BYTES),
      undefined,
      [],
    );
    expect(consumed.writeUnits).toBe(1);
    expect(Math.ceil(itemBytes(await ownSession()) / 1_024)).toBe(2);
  });

  it('of the sessions of a user is nothing where there is no index', async () => {
    const { consumed, reply } = await measure('own sessions, without the index', () =>
      listOwnSessions(stack.gatewayUrl, tenant),
    );
    expect(reply.status).toBe(404);
    expect(consumed).toEqual({ readUnits: 0, writeUnits: 0, calls: 0 });
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
});

describe('Consumed capacity with the index of sessions by user', () => {
  beforeAll(() => {
    stack = indexed;
  });

  it("of a start is 0.5 read units and 2 write units: the table's and the index's", async () => {
    const { consumed } = await measureWithIndex('start', () => start(stack.gatewayUrl, tenant, uuidV7()));
    expect(consumed.readUnits).toBe(0.5);
    expect(measuredWithIndex.at(-1)).toEqual(['start', 1, 1]);
  });

  it.each<[string, (id: string) => Promise<Reply>]>([
    ['turn', recordHighest],
    ['change', (id) => rename(id, 'Plans')],
    ['end', (id) => endSession(stack.gatewayUrl, tenant, id)],
    ['delete', (id) => deleteSession(stack.gatewayUrl, tenant, id)],
  ])('of a %s is 2 write units', async (operation, act) => {
    const { sessionId } = await started();
    await measureWithIndex(operation, () => act(sessionId));
    expect(measuredWithIndex.at(-1)).toEqual([operation, 1, 1]);
  });

  it('leaves room for titles of 300 bytes in a session of which all is recorded', async () => {
    const { sessionId } = await started();
    await recordHighest(sessionId);
    await rename(sessionId, LONG_TITLE);
    await endSession(stack.gatewayUrl, tenant, sessionId);
    const titles = LONG_TITLE.length + 'Chat with Luna'.length;
    expect(itemBytes(await ownSession()) - titles + 300).toBeLessThanOrEqual(1_024);
  });

  it('of an intent, a persona, an API key and a tombstone is nothing in the index', async () => {
    await start(stack.gatewayUrl, tenant, uuidV4());
    const { sessionId } = await started();
    await deleteSession(stack.gatewayUrl, tenant, sessionId);
    const items = await stack.items('');
    const inIndex = items.filter((item) => indexWriteUnits(sessionsByUser, undefined, item) > 0);
    expect(new Set(inIndex.map(({ status }) => status))).not.toContain('deleted');
    expect(inIndex.every(({ sk }) => sk.includes('#SESSION#'))).toBe(true);
    expect(items.length - inIndex.length).toBeGreaterThanOrEqual(4);
  });

  it.each([
    [20, '', 3],
    [100, '?limit=100', 6],
  ])("of a page of %d of a user's own sessions is at most 3 read units for 20", async (size, query, most) => {
    await inParallel(size + 20, 8, () => start(stack.gatewayUrl, tenant, uuidV7()));
    const { consumed, reply } = await measure(`page of ${size} own sessions`, () =>
      listOwnSessions(stack.gatewayUrl, tenant, query),
    );
    expect(JSON.parse(reply.text).items).toHaveLength(size);
    expect(consumed.readUnits).toBeLessThanOrEqual(most);
  });
});

it('docs/consumed-capacity.md says what was measured', () => {
  const document = readFileSync(DOCUMENT, 'utf8');
  for (const row of [...rowsOf(measured), ...rowsWithIndex(measuredWithIndex)]) {
    expect(document).toContain(row);
  }
});

async function started() {
  return sessionIn(await start(stack.gatewayUrl, tenant, uuidV7()));
}

async function recordHighest(sessionId: string): Promise<Reply> {
  return recordTurn(stack.gatewayUrl, tenant, sessionId, { turn: 1, ...HIGHEST_FIGURES });
}

async function rename(sessionId: string, title: string): Promise<Reply> {
  return updateSession(stack.gatewayUrl, tenant, sessionId, { title, archived: true });
}

function asksForCredentials({ sortKey }: DatabaseCall): boolean {
  return sortKey === 'APIKEY';
}

/** Counts what the endpoint itself consumes, unless told otherwise. */
async function measure(
  operation: string,
  act: () => Promise<Reply>,
  counts: (call: DatabaseCall) => boolean = (call) => !asksForCredentials(call),
  into = measured,
): Promise<{ consumed: Consumed; reply: Reply }> {
  calls = [];
  const reply = await act();
  const counted = calls.filter(({ call }) => counts(call));
  const sum = (reads: boolean) =>
    counted
      .filter(({ call }) => READS.has(call.operation) === reads)
      .reduce((units, each) => units + each.units, 0);
  const consumed = { readUnits: sum(true), writeUnits: sum(false), calls: counted.length };
  into.push([operation, consumed]);
  return { consumed, reply };
}

/** The table's units as dynalite reports them, and the index's by the documented rule, from the item before and after. */
async function measureWithIndex(operation: string, act: () => Promise<Reply>) {
  const before = await ownSession();
  const result = await measure(operation, act, undefined, []);
  expect(result.reply.status).toBeLessThan(300);
  const units = indexWriteUnits(sessionsByUser, before, await ownSession());
  measuredWithIndex.push([operation, result.consumed.writeUnits, units]);
  return result;
}

/** The only one of the tenant. */
async function ownSession(): Promise<Item | undefined> {
  const own = await stack.items('#SESSION#');
  return own.find(({ pk }) => pk.startsWith(`ORG#${tenant.orgId}#`));
}
