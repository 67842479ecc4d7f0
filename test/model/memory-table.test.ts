// The table in memory does what a real engine does with the commands of the store functions.

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personaKey } from '../../functions/dynamodb/keys.ts';
import { ENDPOINT_LIMITS, type Table } from '../../functions/dynamodb/table.ts';
import { deleteSession } from '../../functions/sessions/delete-session.ts';
import { endSession } from '../../functions/sessions/end-session.ts';
import { getSession } from '../../functions/sessions/get-session.ts';
import type { IdempotencyKey } from '../../functions/sessions/idempotency-key.ts';
import { startSession } from '../../functions/sessions/start-session.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../faults/embedded-table.ts';
import { seedFrom } from '../faults/seeded-random.ts';
import { MemoryTable } from './memory-table.ts';

const BEGINS_MS = Date.parse('2026-06-01T12:00:00.000Z');
const HOUR_MS = 60 * 60_000;
const SEED = seedFrom(process.env.SEED);

let embedded: EmbeddedTable;
let real: Table;
let run = 0;

beforeAll(async () => {
  embedded = await startEmbeddedTable({ seed: 1 });
  real = embedded.open(ENDPOINT_LIMITS);
});

afterAll(() => embedded.close());

interface Step {
  readonly act: 'start' | 'end' | 'delete' | 'get';
  readonly key: number;
  readonly title: string | undefined;
  readonly ulid: number;
  readonly atHours: number;
}

const steps = fc.array(
  fc.record<Step>({
    act: fc.constantFrom('start', 'start', 'end', 'delete', 'get'),
    key: fc.nat(3),
    title: fc.option(fc.constantFrom('Tea', 'Coffee'), { nil: undefined }),
    ulid: fc.nat(5),
    atHours: fc.nat(72),
  }),
  { minLength: 1, maxLength: 25 },
);

const KEYS: readonly (IdempotencyKey | undefined)[] = [
  undefined,
  { kind: 'opaque', value: 'first' },
  { kind: 'opaque', value: 'second' },
  { kind: 'uuid-v7', value: '0197292a-5e00-7000-8000-000000000001', timeMs: BEGINS_MS },
];

describe('The table in memory and an engine', () => {
  it(`answer every sequence of store calls alike, and hold the same items afterwards (SEED=${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        run += 1;
        const orgId = `org_${run}`;
        const memory = new MemoryTable();
        const both = [memory.asTable(), real];
        await Promise.all(both.map((table) => createPersona(table, orgId)));
        const ulids: string[] = [];

        for (const [i, step] of sequence.entries()) {
          const outcomes = await Promise.all(both.map((table) => take(table, orgId, step, i, ulids)));
          expect(outcomes[0]).toEqual(outcomes[1]);
          const { session } = (outcomes[0] ?? {}) as { session?: { sessionId: string } };
          ulids.push(...(session === undefined ? [] : [session.sessionId.slice(4, 30)]));
        }

        expect(await storedIn(orgId)).toEqual(memory.items());
      }),
      { seed: SEED, numRuns: 150 },
    );
  });
});

function take(
  table: Table,
  orgId: string,
  step: Step,
  position: number,
  ulids: readonly string[],
): Promise<unknown> {
  const nowMs = BEGINS_MS + step.atHours * HOUR_MS;
  const requestId = `request-${position}`;
  const place = {
    orgId,
    workspaceId: 'ws_1',
    personaId: 'psn_1',
    shard: 0,
    ulid: ulids[step.ulid] ?? '0'.repeat(26),
  };
  switch (step.act) {
    case 'start':
      return startSession(
        table,
        {
          scope: { orgId, workspaceId: 'ws_1', userId: 'usr_1', personaId: 'psn_1' },
          title: step.title,
          key: KEYS[step.key],
        },
        {
          requestId,
          nowMs,
          random: () => new Uint8Array(10).fill(position),
          expiresAt: nowMs / 1000 + 48 * 3600,
        },
      );
    case 'end':
      return endSession(table, { place, requestId, nowMs, expiresAt: undefined });
    case 'delete':
      return deleteSession(table, { place, requestId, nowMs });
    case 'get':
      return getSession(table, place, nowMs);
  }
}

async function createPersona(table: Table, orgId: string): Promise<void> {
  const Item = { ...personaKey(orgId, 'psn_1'), name: 'Ada', status: 'active' };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
}

async function storedIn(orgId: string): Promise<unknown[]> {
  const items = await embedded.items();
  return items
    .filter(({ pk }) => String(pk).startsWith(`ORG#${orgId}#`))
    .sort((a, b) => (`${a.pk}\n${a.sk}` < `${b.pk}\n${b.sk}` ? -1 : 1));
}
