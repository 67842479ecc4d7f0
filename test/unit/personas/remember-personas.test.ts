// A popular persona costs no read while it is remembered, and no longer.
import { beforeEach, describe, expect, it } from 'vitest';
import type { FindPersona } from '../../../functions/personas/persona.ts';
import { rememberPersonas } from '../../../functions/personas/persona.ts';
import { tableThrough } from '../../memory-table.ts';

let item: Record<string, unknown> | undefined;
let reads = 0;
let nowMs = 0;
let find: FindPersona;

const table = tableThrough(async () => {
  reads += 1;
  return item && { pk: 'ORG#org_1#PERSONA#psn_1', sk: 'PERSONA', ...item };
});

beforeEach(() => {
  item = { name: 'Luna', status: 'active' };
  reads = 0;
  nowMs = 0;
  find = rememberPersonas(5_000, () => nowMs);
});

describe('an active persona', () => {
  it('is read once for as long as it is remembered', async () => {
    const first = await find(table, 'org_1', 'psn_1');
    nowMs = 4_999;
    expect(await find(table, 'org_1', 'psn_1')).toEqual(first);
    expect(reads).toBe(1);
  });

  it('that was archived stops when it is forgotten', async () => {
    await find(table, 'org_1', 'psn_1');
    item = { name: 'Luna', status: 'archived' };
    nowMs = 5_000;
    expect((await find(table, 'org_1', 'psn_1'))?.status).toBe('archived');
  });

  it('of another org is another persona', async () => {
    await find(table, 'org_1', 'psn_1');
    await find(table, 'org_2', 'psn_1');
    expect(reads).toBe(2);
  });
});

describe('what is not remembered', () => {
  it('is a persona that is archived, so that a restored one is found at once', async () => {
    item = { name: 'Luna', status: 'archived' };
    await find(table, 'org_1', 'psn_1');
    item = { name: 'Luna', status: 'active' };
    expect((await find(table, 'org_1', 'psn_1'))?.status).toBe('active');
  });

  it('is a persona that is missing, so that a new one is found at once', async () => {
    item = undefined;
    expect(await find(table, 'org_1', 'psn_1')).toBeUndefined();
    item = { name: 'Luna', status: 'active' };
    expect(await find(table, 'org_1', 'psn_1')).toBeDefined();
  });

  it('is anything when it is switched off', async () => {
    find = rememberPersonas(0, () => nowMs);
    await find(table, 'org_1', 'psn_1');
    await find(table, 'org_1', 'psn_1');
    expect(reads).toBe(2);
  });

  it('is more than a thousand personas', async () => {
    for (let i = 0; i <= 1_000; i += 1) {
      await find(table, 'org_1', `psn_${i}`);
    }
    reads = 0;
    await find(table, 'org_1', 'psn_1000');
    expect(reads).toBe(0);
    await find(table, 'org_1', 'psn_0');
    expect(reads).toBe(1);
  });
});
