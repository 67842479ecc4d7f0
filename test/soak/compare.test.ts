// The comparison at the end of a soak finds what is lost, doubled, foreign or kept too long.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Item } from '../../functions/dynamodb/table.ts';
import { sessionAtStart, sessionKey } from '../../functions/sessions/session-item.ts';
import { compareWithTable } from './compare.ts';
import { Ledger, type Told } from './ledger.ts';

const TENANT = { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1', personaId: 'psn_1', apiKey: '' };
const ANOTHER = { ...TENANT, workspaceId: 'ws_2' };

let ledger: Ledger;
let items: Item[];

beforeEach(() => {
  ledger = new Ledger();
  items = [];
});

const compare = () =>
  compareWithTable({ items: async (part) => items.filter(({ sk }) => sk.includes(part)) }, ledger);

function start({
  tenant = TENANT,
  key = 'key',
  isTold = true,
  isStored = true,
  count = 1,
} = {}): Told | undefined {
  const intent = ledger.newIntent(tenant, key === '' ? undefined : key);
  let told: Told | undefined;
  for (let i = 0; i < count; i += 1) {
    const address = { ...tenant, shard: 0, ulid: String(items.length + 1).padStart(26, '0') };
    const session = { userId: tenant.userId, title: intent.title, startedAt: '2026-01-01T00:00:00.000Z' };
    if (isTold && i === 0) {
      ledger.hasStarted(intent, sessionAtStart({ address, ...session }));
      told = ledger.allTold.at(-1);
    }
    if (isStored) {
      items.push({ ...sessionKey(address), ...session, status: 'active', startRequestId: 'any' });
    }
  }
  return told;
}

describe('The comparison', () => {
  it('finds nothing where all that was told is there, and no more', async () => {
    start();
    start({ tenant: ANOTHER });

    expect(await compare()).toEqual({ live: 2, tombstones: 0, intents: 0, unclaimed: 0, complaints: [] });
  });

  it('finds a session that was told and is lost', async () => {
    start({ isStored: false });
    expect((await compare()).complaints).toEqual([expect.stringContaining('was told and is not there')]);
  });

  it('finds a start that has two sessions', async () => {
    start({ count: 2 });
    expect((await compare()).complaints).toContain('Soak 1 has 2 sessions');
  });

  it('finds a session of a start with a key that nobody was told of, and lets one without a key pass', async () => {
    start({ isTold: false });
    start({ isTold: false, key: '' });

    const { complaints, unclaimed } = await compare();

    expect(complaints).toEqual([expect.stringContaining('(Soak 1) was told to nobody')]);
    expect(unclaimed).toBe(2);
  });

  it('finds a session that nobody asked for', async () => {
    start();
    items = items.map((item) => ({ ...item, title: 'Not of this soak' }));
    expect((await compare()).complaints).toContainEqual(expect.stringContaining('was asked for by nobody'));
  });

  it("finds a session that lies in another tenant's workspace", async () => {
    start();
    items = items.map((item) => ({ ...item, sk: item.sk.replace('ws_1', 'ws_2') }));
    expect((await compare()).complaints).toContainEqual(expect.stringContaining('lies with another tenant'));
  });

  it('finds a session that has changed without anybody being told', async () => {
    start();
    items = items.map((item) => ({ ...item, status: 'ended', endedAt: '2026-01-02T00:00:00.000Z' }));
    expect((await compare()).complaints).toEqual([expect.stringContaining('is not as it was told')]);
  });

  it('finds a session whose turns were counted twice, and one that was renamed without anybody being told', async () => {
    start();
    start();
    items = items.map((item, i) => ({
      ...item,
      ...(i === 0 ? { messageCount: 2 } : { changedTitle: 'Mine' }),
    }));
    expect((await compare()).complaints).toEqual([
      expect.stringContaining('(Soak 1) is not as it was told'),
      expect.stringContaining('(Soak 2) is not as it was told'),
    ]);
  });

  it('finds a deleted session that is there', async () => {
    ledger.hasDeleted(start() as Told);
    expect((await compare()).complaints).toEqual([expect.stringContaining('was deleted and is there')]);
  });

  it('finds a tombstone that holds something of its session', async () => {
    ledger.hasDeleted(start() as Told);
    items = items.map(({ pk, sk, title }) => ({ pk, sk, title, status: 'deleted' }));
    expect((await compare()).complaints).toEqual(['A tombstone holds more than it may: title']);
  });
});
