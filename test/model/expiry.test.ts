// However late a retry comes, and whatever the clocks: an expired session or tombstone never lets its id start again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPIRY_MIN_DAYS } from '../../functions/env.ts';
import { getPersona, personaKey } from '../../functions/personas/persona.ts';
import { deleteSession } from '../../functions/sessions/delete.ts';
import { endSession } from '../../functions/sessions/end.ts';
import { CLOCK_SKEW_MS, expiresAt } from '../../functions/sessions/expiry.ts';
import { IDEMPOTENCY_WINDOW_MS, parseIdempotencyKey } from '../../functions/sessions/idempotency-key.ts';
import { formatSessionId } from '../../functions/sessions/session.ts';
import { sessionAddressOf } from '../../functions/sessions/session-item.ts';
import { type StartOutcome, startSession } from '../../functions/sessions/start.ts';
import { recordTurn } from '../../functions/sessions/turn.ts';
import { seedFrom } from '../faults/seeded-random.ts';
import { MemoryTable } from '../memory-table.ts';

const BEGINS_MS = Date.parse('2026-06-01T12:00:00.000Z');
const SEED = seedFrom(process.env.SEED);
const PERSONA = { ...personaKey('org_1', 'psn_1'), name: 'Ada', status: 'active' };
const SCOPE = { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1', personaId: 'psn_1' };

/** How far the clocks of two functions may be apart, and how long a request may be under way. */
const SKEW_MS = 4 * 60_000;
const UNDER_WAY_MS = 30_000;

const KEYS = [
  { name: 'a UUIDv7 of a day ahead', keyMs: BEGINS_MS + IDEMPOTENCY_WINDOW_MS },
  { name: 'a UUIDv7 of now', keyMs: BEGINS_MS },
  { name: 'a UUIDv7 of almost a day ago', keyMs: BEGINS_MS - IDEMPOTENCY_WINDOW_MS + SKEW_MS },
  { name: 'any other key', keyMs: undefined },
];

const LIVES = ['unused', 'idle', 'ended', 'deleted'] as const;
const TURN = { turn: 1, messages: 2, inputTokens: 3, outputTokens: 4, costUsdMicros: 5 };

describe.each(KEYS)('A session that was started with $name', ({ keyMs = BEGINS_MS, name }) => {
  const header = name === 'any other key' ? 'order-4711' : uuidV7(keyMs);

  it.each(LIVES)(`and was %s is not started again under its id (SEED=${SEED})`, async (life) => {
    /** @param early how long before the function that takes the retry refuses the key */
    async function retry(early: number, skewMs: number, lived: number): Promise<void> {
      const retriedMs = Math.max(BEGINS_MS, keyMs + IDEMPOTENCY_WINDOW_MS - skewMs - early);
      const table = new MemoryTable([PERSONA]);
      await start(table, header, BEGINS_MS, 'first');
      const goneMs = BEGINS_MS + Math.floor(lived * (retriedMs - BEGINS_MS));
      const id = await live(table, life, goneMs);

      table.removeExpired(retriedMs + UNDER_WAY_MS);
      const again = await start(table, header, retriedMs + skewMs, 'again');

      if (again.outcome === 'started') {
        expect(again.session.sessionId).not.toBe(id);
      }
    }
    await retry(0, -1_000, 0);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.nat(60_000), fc.nat(IDEMPOTENCY_WINDOW_MS)),
        fc.integer({ min: -SKEW_MS, max: SKEW_MS }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        retry,
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('A tombstone', () => {
  it('holds the key of the session, when it goes, and the request that left it: nothing that the session held', async () => {
    const table = new MemoryTable([PERSONA]);
    await start(table, uuidV7(BEGINS_MS), BEGINS_MS, 'first');
    await live(table, 'deleted', BEGINS_MS);

    expect(table.items()).toEqual([
      PERSONA,
      {
        pk: PERSONA.pk,
        sk: expect.stringMatching(/^WS#ws_1#SESSION#[0-9A-Z]{26}$/),
        status: 'deleted',
        deleteRequestId: 'deleted',
        expiresAt: (BEGINS_MS + IDEMPOTENCY_WINDOW_MS + CLOCK_SKEW_MS) / 1000,
      },
    ]);
  });
});

async function start(
  table: MemoryTable,
  header: string,
  nowMs: number,
  requestId: string,
): Promise<StartOutcome> {
  const parsed = parseIdempotencyKey(header, nowMs);
  if (!('key' in parsed)) {
    throw new Error(`The key ${parsed.problem}`);
  }
  const request = {
    requestId,
    nowMs,
    random: () => new Uint8Array(10).fill(requestId.length),
    expiresAt: expiresAt(nowMs, EXPIRY_MIN_DAYS),
  };
  return startSession(table, { scope: SCOPE, title: undefined, key: parsed.key }, request, getPersona);
}

/** @returns the id of the session */
async function live(table: MemoryTable, life: (typeof LIVES)[number], nowMs: number): Promise<string> {
  const address = table.items().flatMap((item) => sessionAddressOf(item) ?? [])[0];
  if (address === undefined) {
    throw new Error('No session was started');
  }
  const request = { address, requestId: life, nowMs };
  if (life === 'idle') {
    await recordTurn(table, { ...request, turn: TURN, expiresAt: expiresAt(nowMs, EXPIRY_MIN_DAYS) });
  } else if (life === 'ended') {
    await endSession(table, { ...request, expiresAt: expiresAt(nowMs, EXPIRY_MIN_DAYS) });
  } else if (life === 'deleted') {
    await deleteSession(table, request);
  }
  return formatSessionId(address);
}

function uuidV7(timeMs: number): string {
  const hex = timeMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
}
