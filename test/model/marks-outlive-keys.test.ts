// However late a retry comes, either its key is refused for its age, or the mark of the deleted session still stands.

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimIntent, getIntent } from '../../functions/sessions/claim-intent.ts';
import { deleteSession } from '../../functions/sessions/delete-session.ts';
import { IDEMPOTENCY_WINDOW_MS, parseIdempotencyKey } from '../../functions/sessions/idempotency-key.ts';
import { newSessionItem } from '../../functions/sessions/session-item.ts';
import { encodeUlid, ulidTimeMs } from '../../functions/sessions/ulid.ts';
import { seedFrom } from '../faults/seeded-random.ts';
import { MemoryTable } from './memory-table.ts';

const BEGINS_MS = Date.parse('2026-06-01T12:00:00.000Z');
const SEED = seedFrom(process.env.SEED);
const SCOPE = { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1', personaId: 'psn_1' };

/** How far the clocks of two functions may be apart, and how long a request may be under way. */
const SKEW_MS = 4 * 60_000;
const UNDER_WAY_MS = 30_000;

const dayMs = fc.integer({ min: 0, max: IDEMPOTENCY_WINDOW_MS });
const skewMs = fc.integer({ min: -SKEW_MS, max: SKEW_MS });

describe('The mark of a deleted session', () => {
  it(`stands as long as a UUIDv7 that names it is accepted (SEED=${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -IDEMPOTENCY_WINDOW_MS, max: IDEMPOTENCY_WINDOW_MS }),
        fc.integer({ min: 0, max: 3 * IDEMPOTENCY_WINDOW_MS }),
        fc.integer({ min: 0, max: 3 * IDEMPOTENCY_WINDOW_MS }),
        skewMs,
        async (keyOffsetMs, deletedAfterMs, retriedAfterMs, retrySkewMs) => {
          const keyTimeMs = BEGINS_MS + keyOffsetMs;
          const ulid = encodeUlid(keyTimeMs, new Uint8Array(10));
          const markGoesMs = await deleteAt(BEGINS_MS + deletedAfterMs, ulid);
          const retriedMs = BEGINS_MS + deletedAfterMs + retriedAfterMs;

          const retry = parseIdempotencyKey(uuidV7(keyTimeMs), retriedMs + retrySkewMs);

          if ('key' in retry) {
            expect(retriedMs + UNDER_WAY_MS).toBeLessThan(markGoesMs);
          }
        },
      ),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it(`stands as long as the intent item of any other key leads to it (SEED=${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        dayMs,
        fc.integer({ min: 0, max: 3 * IDEMPOTENCY_WINDOW_MS }),
        skewMs,
        async (deletedAfterMs, retriedAfterMs, retrySkewMs) => {
          const memory = new MemoryTable();
          const table = memory.asTable();
          const place = { ...SCOPE, intentHash: 'any' };
          const ulid = encodeUlid(BEGINS_MS, new Uint8Array(10));
          await claimIntent(
            table,
            place,
            { shard: 0, ulid, startedAt: new Date(BEGINS_MS).toISOString(), payloadFingerprint: 'any' },
            { nowMs: BEGINS_MS, expiresAt: Math.ceil((BEGINS_MS + IDEMPOTENCY_WINDOW_MS) / 1000) },
          );
          const markGoesMs = await deleteAt(BEGINS_MS + deletedAfterMs, ulid, memory);
          const retriedMs = BEGINS_MS + deletedAfterMs + retriedAfterMs;

          if ((await getIntent(table, place, retriedMs + retrySkewMs)) !== undefined) {
            expect(retriedMs + UNDER_WAY_MS).toBeLessThan(markGoesMs);
          }
        },
      ),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it('holds the key of the session, when it goes, and the request that left it: nothing that the session held', async () => {
    const memory = new MemoryTable();
    const ulid = encodeUlid(BEGINS_MS, new Uint8Array(10));
    await deleteAt(BEGINS_MS, ulid, memory);

    expect(memory.items()).toEqual([
      {
        pk: 'ORG#org_1#PERSONA#psn_1',
        sk: `WS#ws_1#SESSION#${ulid}`,
        status: 'deleted',
        deleteRequestId: 'delete',
        expiresAt: expect.any(Number),
      },
    ]);
    expect(memory.items()[0]?.expiresAt).toBeLessThan(
      (ulidTimeMs(ulid) + IDEMPOTENCY_WINDOW_MS) / 1000 + 3_600,
    );
  });
});

/** @returns from when on TTL may remove the mark. */
async function deleteAt(
  nowMs: number,
  ulid: string,
  memory: MemoryTable = new MemoryTable(),
): Promise<number> {
  const item = newSessionItem({
    start: { ...SCOPE, shard: 0, ulid, title: 'A secret title', startedAt: '2026-06-01T12:00:00.000Z' },
    requestId: 'start',
  });
  memory.carryOut(new PutCommand({ TableName: 'Sessions', Item: item }));
  await deleteSession(memory.asTable(), { place: { ...SCOPE, shard: 0, ulid }, requestId: 'delete', nowMs });
  const mark = memory.items().find(({ status }) => status === 'deleted');
  return Number(mark?.expiresAt) * 1000;
}

function uuidV7(timeMs: number): string {
  const hex = timeMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
}
