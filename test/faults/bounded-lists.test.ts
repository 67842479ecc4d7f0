// What a list consumes at most when next to nothing of a popular persona is to be shown: the second table in docs/consumed-capacity.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../functions/dynamodb/table.ts';
import { personaKey } from '../../functions/personas/persona.ts';
import { LOOKED_AT_MAX, listSessions, type SessionPage } from '../../functions/sessions/list.ts';
import { formatSessionId } from '../../functions/sessions/session.ts';
import { sessionKey } from '../../functions/sessions/session-item.ts';
import { encodeUlid } from '../../functions/sessions/ulid.ts';
import { MemoryTable, tableThrough } from '../memory-table.ts';
import { consumedBy, scannedBy } from './database-proxy.ts';
import { type EmbeddedTable, startEmbeddedTable } from './embedded-table.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'consumed-capacity.md');
const NOW_MS = Date.parse('2026-06-01T12:00:00.000Z');
const PATIENT = { maxAttempts: 1, connectionTimeoutMs: 60_000, requestTimeoutMs: 60_000 };

let embedded: EmbeddedTable;
let consumed = { readUnits: 0, lookedAt: 0 };

beforeAll(async () => {
  embedded = await startEmbeddedTable({ seed: 1, countCapacity: true });
  embedded.proxy.observe((_, answer) => {
    consumed.readUnits += consumedBy(answer) ?? Number.NaN;
    consumed.lookedAt += scannedBy(answer);
  });
});

afterAll(() => embedded.close());

describe.each([1, 4, 64])(
  'Of a persona with %i shards, most of whose sessions are not to be shown,',
  (shards) => {
    beforeAll(() => embedded.putAll(popularPersona(shards, 1_600).items));

    it.each([1, 100])('a page of %i consumes what docs/consumed-capacity.md says', async (limit) => {
      consumed = { readUnits: 0, lookedAt: 0 };
      await page(embedded.open(PATIENT)(), shards, limit);

      const row = `| ${shards} | ${limit} | ${consumed.lookedAt} | ${consumed.readUnits} |`;
      console.info(row);
      expect(readFileSync(DOCUMENT, 'utf8')).toContain(row);
    });

    it.each([1, 100])(
      'every page of %i looks at a bounded number, and all together hold everything',
      async (limit) => {
        const { items, archived } = popularPersona(shards, 7_000);
        const memory = new MemoryTable(items);
        let mayLookAt = 0;
        const table = tableThrough(async (call) => {
          mayLookAt += call.verb === 'query' ? (call.args[0].limit ?? Infinity) : 0;
          return memory.carryOut(call);
        });
        const found: string[] = [];
        let afterUlid: string | undefined;
        do {
          mayLookAt = 0;
          const { sessions, lastUlid } = await page(table, shards, limit, afterUlid);
          expect(mayLookAt).toBeLessThanOrEqual(LOOKED_AT_MAX);
          found.push(...sessions.map(({ sessionId }) => sessionId));
          afterUlid = lastUlid;
        } while (afterUlid !== undefined);

        expect(found).toEqual(archived);
      },
    );
  },
);

/** Sessions of one a second, of which the three oldest are archived. */
function popularPersona(shards: number, count: number) {
  const scope = scopeOf(shards);
  const sessions = Array.from({ length: count }, (_, age) => {
    const ulid = encodeUlid(NOW_MS - 1_000 * age, new Uint8Array(10));
    return { address: { ...scope, shard: age % shards, ulid }, archived: age >= count - 3 };
  });
  return {
    items: [
      {
        ...personaKey(scope.orgId, scope.personaId),
        name: 'Luna',
        status: 'active',
        shardChanges: [{ fromMs: 0, count: shards }],
      },
      ...sessions.map(({ address, archived }) => ({
        ...sessionKey(address),
        status: 'active',
        userId: `usr_${'0'.repeat(20)}`,
        title: 'Chat with Luna',
        startedAt: new Date(NOW_MS).toISOString(),
        startRequestId: 'JKJaXmPLvHcESHA=',
        payloadFingerprint: 'q1hK0pYdE3sVn8ZbXw2mTg',
        ...(archived ? { archived } : {}),
      })),
    ],
    archived: sessions.filter(({ archived }) => archived).map(({ address }) => formatSessionId(address)),
  };
}

function scopeOf(shards: number) {
  const of20 = (text: string) => text.padStart(20, '0');
  return {
    orgId: `org_${of20('1')}`,
    workspaceId: `ws_${of20('1')}`,
    personaId: `psn_${of20(String(shards))}`,
  };
}

async function page(table: Table, shards: number, limit: number, afterUlid?: string): Promise<SessionPage> {
  const list = { ...scopeOf(shards), status: 'archived', limit, afterUlid, nowMs: NOW_MS } as const;
  const listed = await listSessions(table, list);
  if (listed.outcome !== 'listed') {
    throw new Error(`Expected a page, got ${listed.outcome}`);
  }
  return listed.page;
}
