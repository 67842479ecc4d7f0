// However the database fails to answer, the functions learn in time that it is an outage, and write nothing twice.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openApiKeyLookup } from '../../functions/access/find-api-key.ts';
import { Outage } from '../../functions/aws/outage.ts';
import type { Table } from '../../functions/dynamodb/table.ts';
import { putSession } from '../../functions/sessions/put-session.ts';
import { type EmbeddedTable, startEmbeddedTable } from './embedded-table.ts';
import { FAULT_KINDS, type Fault, type FaultKind, isCarriedOut } from './fault.ts';

/** Shorter than those of the endpoints, so that the suite is too. */
const LIMITS = { maxAttempts: 3, connectionTimeoutMs: 300, requestTimeoutMs: 300 };
/** The attempts, and the pauses between them, the longest of which are for throttling. */
const PUT_GIVES_UP_MS = 3 * LIMITS.requestTimeoutMs + 3_500;
/** Well before the function's own time-out of 8 s. */
const AUTHORIZER_GIVES_UP_MS = 5_000;
/** Later than either waits for an answer. */
const LATE_MS = 1_300;

let database: EmbeddedTable;
let table: Table;
let started = 0;

beforeAll(async () => {
  database = await startEmbeddedTable({ seed: 1 });
  table = database.open(LIMITS);
});

afterAll(() => database.close());

beforeEach(() => {
  database.proxy.follow([]);
  database.proxy.forget();
});

describe.each(FAULT_KINDS)('when the database meets "%s"', (kind) => {
  it('once, a session is written once and its start succeeds', async () => {
    database.proxy.follow([{ nth: 1, fault: fault(kind) }]);
    const session = newSession();

    const { outcome } = await putSession(table, session, Date.now());

    expect(outcome).toBe('started');
    expect(await sessionsOf(session.start.userId)).toHaveLength(1);
  });

  it('always, an endpoint learns in time that it is an outage', async () => {
    database.proxy.follow([{ fault: fault(kind) }]);
    const session = newSession();
    const beganAtMs = performance.now();

    await expect(putSession(table, session, Date.now())).rejects.toThrow(Outage);

    expect(performance.now() - beganAtMs).toBeLessThan(PUT_GIVES_UP_MS);
    expect((await sessionsOf(session.start.userId)).length).toBeLessThanOrEqual(
      isCarriedOut(fault(kind)) ? 1 : 0,
    );
  });

  it('always, the authorizer learns in time that it is an outage', async () => {
    database.proxy.follow([{ fault: fault(kind) }]);
    const find = openApiKeyLookup('Sessions');
    const beganAtMs = performance.now();

    await expect(find('0'.repeat(64))).rejects.toThrow(Outage);

    expect(performance.now() - beganAtMs).toBeLessThan(AUTHORIZER_GIVES_UP_MS);
  });
});

it('a connection that was idle for longer than any time-out serves the next call', async () => {
  await putSession(table, newSession(), Date.now());
  const opened = database.proxy.connections();

  await sleep(LIMITS.requestTimeoutMs + 200);
  await putSession(table, newSession(), Date.now());

  expect(database.proxy.connections()).toBe(opened);
});

function fault(kind: FaultKind): Fault {
  return { kind, ms: LATE_MS } as Fault;
}

function newSession() {
  started += 1;
  return {
    start: {
      orgId: 'org_1',
      workspaceId: 'ws_1',
      personaId: 'psn_1',
      userId: `usr_${started}`,
      shard: 0,
      ulid: String(started).padStart(26, '0'),
      title: 'A title',
      startedAt: '2026-01-01T00:00:00.000Z',
    },
    requestId: `request-${started}`,
  };
}

async function sessionsOf(userId: string) {
  return (await database.items()).filter((item) => item.userId === userId);
}
