// docs/data-model.md names every attribute of every item that is written, and no other.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPersona } from '../../admin/create-persona.ts';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import { setOrgPlan } from '../../admin/org-plan.ts';
import { revokeApiKey } from '../../admin/revoke-api-key.ts';
import { setPersonaShards } from '../../admin/set-persona-shards.ts';
import type { Item } from '../../functions/dynamodb/table.ts';
import { countRequest } from '../../functions/limits/count-requests.ts';
import { deleteSession } from '../../functions/sessions/delete.ts';
import { endSession } from '../../functions/sessions/end.ts';
import { recordTurn } from '../../functions/sessions/turn.ts';
import { updateSession } from '../../functions/sessions/update.ts';
import { MemoryTable } from '../memory-table.ts';
import { addressOf, startedId } from './started.ts';

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../docs/data-model.md'), 'utf8');
const USER = { orgId: 'org_acme', workspaceId: 'ws_main', userId: 'usr_1' };
const NOW_MS = Date.parse('2026-11-27T09:30:00.000Z');
const EXPIRES_AT = NOW_MS / 1000 + 90 * 86_400;
const KEY_COUNT = /^K[0-9A-Z]{8}$/;

/** Every item, with every attribute that it can have. */
async function writeAll(): Promise<readonly Item[]> {
  const table = new MemoryTable();
  const now = new Date(NOW_MS);
  const persona = { orgId: USER.orgId, personaId: 'psn_luna' };
  await createPersona(table, { ...persona, name: 'Luna', workspaceId: USER.workspaceId }, now);
  await setPersonaShards(table, { ...persona, count: 4 }, () => now);
  await setOrgPlan(table, { orgId: USER.orgId, plan: 'paid' }, now);
  const options = { expiresOn: '2027-11-27T09:30:00.000Z', requestsPerMinute: 600, name: 'Nightly run' };
  const { entry } = await issueApiKey(
    table,
    { ...USER, ...options, scopes: ['*'], environment: 'live' },
    now,
  );
  await revokeApiKey(table, entry, now);
  const keyLimit = { keyId: entry.keyId, requestsPerMinute: 600 };
  await countRequest(table, { orgId: USER.orgId, keyLimit }, NOW_MS, 6_000);
  const start = { ...USER, ...persona, title: 'Plan', nowMs: NOW_MS, indexed: true, expiresAt: EXPIRES_AT };
  const address = addressOf(USER, await startedId(table, { ...start, key: 'order-4711' }));
  const turn = { turn: 1, messages: 2, inputTokens: 3, outputTokens: 4, costUsdMicros: 5 };
  const request = { address, requestId: 'r', nowMs: NOW_MS + 1, expiresAt: EXPIRES_AT };
  await recordTurn(table, { ...request, turn });
  await updateSession(table, address, { title: 'Trip', metadata: { topic: 'travel' } }, NOW_MS);
  await endSession(table, request);
  await updateSession(table, address, { archived: true }, NOW_MS);
  const deleted = addressOf(USER, await startedId(table, start));
  await deleteSession(table, { address: deleted, requestId: 'r', nowMs: NOW_MS });
  return table.items();
}

const SECTIONS: Readonly<Record<string, (item: Item) => boolean>> = {
  Persona: ({ sk }) => sk === 'PERSONA',
  'Persona entry': ({ sk }) => sk.startsWith('PERSONA#'),
  Session: ({ sk, status }) => sk.startsWith('WS#') && status !== 'deleted',
  Tombstone: ({ sk, status }) => sk.startsWith('WS#') && status === 'deleted',
  Intent: ({ sk }) => sk === 'INTENT',
  'API key': ({ sk }) => sk === 'APIKEY',
  'API key entry': ({ sk }) => sk.startsWith('APIKEY#'),
  Org: ({ sk }) => sk === 'ORG',
  'Request count': ({ sk }) => sk === 'REQUESTS',
};

function section(heading: string): string {
  const [, rest = ''] = PAGE.split(`\n## ${heading}\n`);
  return rest.split('\n## ')[0] ?? '';
}

/** In the first column of the section's table. */
function namedIn(heading: string): string[] {
  const firstCells = [...section(heading).matchAll(/^\| (`[^|]*`) \|/gm)].map(([, cell]) => cell ?? '');
  return firstCells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''));
}

function attributesOf(item: object): string[] {
  return Object.keys(item)
    .filter((name) => name !== 'pk' && name !== 'sk')
    .map((name) => (KEY_COUNT.test(name) ? 'K<8 characters>' : name))
    .sort();
}

/** The item's line of the first table. */
function overview(heading: string): string {
  return (
    PAGE.split('\n').find((line) =>
      line.startsWith(`| [${heading.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())}](`),
    ) ?? ''
  );
}

/** As DynamoDB counts an item: names and texts in UTF-8, two digits of a number in a byte, and 3 for a list or a map. */
function bytesOf(item: object): number {
  const pairs = Object.entries(item);
  return pairs.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOfValue(value), 0);
}

function bytesOfValue(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value);
    case 'number':
      return Math.ceil(String(value).length / 2) + 1;
    case 'boolean':
      return 1;
    default: {
      const isList = Array.isArray(value);
      const parts = Object.entries(Object(value));
      return parts.reduce(
        (sum, [name, part]) => sum + 1 + (isList ? 0 : Buffer.byteLength(name)) + bytesOfValue(part),
        3,
      );
    }
  }
}

describe('the page on the data model', async () => {
  const items = await writeAll();

  it.each(Object.entries(SECTIONS))('names the attributes of: %s', (heading, isOfSection) => {
    const [item, ...others] = items.filter(isOfSection);
    expect(others).toEqual([]);
    expect(namedIn(heading).sort()).toEqual(attributesOf(item ?? {}));
    const [, example = ''] = /```json\n(.*?)```/s.exec(section(heading)) ?? [];
    expect(attributesOf(JSON.parse(example))).toEqual(attributesOf(item ?? {}));
    expect(overview(heading)).toContain(`| ${bytesOf(JSON.parse(example))} |`);
  });

  it('leaves out no item', () => {
    expect(items.filter((item) => !Object.values(SECTIONS).some((isOf) => isOf(item)))).toEqual([]);
  });
});
