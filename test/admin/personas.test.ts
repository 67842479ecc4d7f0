// Personas as operators create, archive and restore them.
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { renamePersona, setPersonaStatus } from '../../admin/change-persona.ts';
import { createPersona } from '../../admin/create-persona.ts';
import { listPersonas } from '../../admin/list-personas.ts';
import { findPersona } from '../../admin/persona-item.ts';
import { setPersonaShards } from '../../admin/set-persona-shards.ts';
import { getPersona, isVisiblePersona } from '../../functions/personas/persona.ts';
import { type Database, startDatabase } from './database.ts';
import { beforePut, losingFirstAnswers } from './faults.ts';

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

const orgId = 'org_acme';

describe('a created persona', () => {
  test('of the whole org is seen from every workspace', async () => {
    await createPersona(database.table, { orgId, personaId: 'psn_whole', name: 'Ada' });
    const persona = await getPersona(database.table, orgId, 'psn_whole');
    expect(persona).toMatchObject({ name: 'Ada', status: 'active' });
    expect(isVisiblePersona(persona, 'ws_any')).toBe(true);
  });

  test('of one workspace is seen from there only', async () => {
    await createPersona(database.table, { orgId, personaId: 'psn_ws', name: 'Ada', workspaceId: 'ws_one' });
    const persona = await getPersona(database.table, orgId, 'psn_ws');
    expect(isVisiblePersona(persona, 'ws_one')).toBe(true);
    expect(isVisiblePersona(persona, 'ws_two')).toBe(false);
  });

  test('is not found in another org', async () => {
    await createPersona(database.table, { orgId, personaId: 'psn_mine', name: 'Ada' });
    expect(await getPersona(database.table, 'org_other', 'psn_mine')).toBeUndefined();
  });
});

describe('creating a persona again', () => {
  const same = { orgId, personaId: 'psn_again', name: 'Ada', workspaceId: 'ws_one' };
  beforeAll(() => createPersona(database.table, same, new Date('2026-01-01')));

  it('just as it is changes nothing', async () => {
    const again = await createPersona(database.table, same);
    expect(again).toMatchObject({
      alreadyExisted: true,
      persona: { ...same, createdAt: '2026-01-01T00:00:00.000Z' },
    });
  });

  it.each([
    ['another name', { ...same, name: 'Bea' }, 'exists under the name "Ada", not "Bea"'],
    [
      'another workspace',
      { ...same, workspaceId: 'ws_two' },
      'belongs to workspace ws_one, not to workspace ws_two',
    ],
    [
      'no workspace',
      { orgId, personaId: same.personaId, name: same.name },
      'belongs to workspace ws_one, not to the whole org',
    ],
  ])('with %s is refused and overwrites nothing', async (_, other, reason) => {
    await expect(createPersona(database.table, other)).rejects.toThrow(reason);
    expect(await findPersona(database.table, orgId, same.personaId)).toMatchObject(same);
  });

  it('does not bring back an archived one', async () => {
    const archived = { orgId, personaId: 'psn_gone', name: 'Ada' };
    await createPersona(database.table, archived);
    await setPersonaStatus(database.table, { ...archived, status: 'archived' });
    await expect(createPersona(database.table, archived)).rejects.toThrow('exists and is archived');
    expect(await findPersona(database.table, orgId, 'psn_gone')).toMatchObject({ status: 'archived' });
  });

  it('at the same moment under two names lets one of them win and tells the other', async () => {
    const attempts = await Promise.allSettled(
      ['Ada', 'Bea'].map((name) => createPersona(database.table, { orgId, personaId: 'psn_race', name })),
    );
    expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [winner] = attempts.filter((attempt) => attempt.status === 'fulfilled');
    expect(await findPersona(database.table, orgId, 'psn_race')).toEqual(winner?.value.persona);
  });
});

describe('an archived persona', () => {
  const persona = { orgId, personaId: 'psn_archive', name: 'Ada' };

  it('is invisible to callers until it is restored', async () => {
    await createPersona(database.table, persona);
    await setPersonaStatus(database.table, { ...persona, status: 'archived' });
    expect(isVisiblePersona(await getPersona(database.table, orgId, persona.personaId), 'ws')).toBe(false);
    await setPersonaStatus(database.table, { ...persona, status: 'active' });
    expect(isVisiblePersona(await getPersona(database.table, orgId, persona.personaId), 'ws')).toBe(true);
  });

  it('can be archived again, which changes nothing', async () => {
    await setPersonaStatus(database.table, { ...persona, status: 'archived' }, new Date('2026-03-01'));
    const again = await setPersonaStatus(database.table, { ...persona, status: 'archived' });
    expect(again).toMatchObject({ changed: false, persona: { updatedAt: '2026-03-01T00:00:00.000Z' } });
  });
});

describe('the write shards of a persona', () => {
  const persona = { orgId, personaId: 'psn_popular', name: 'Ada' };
  const at = (day: number) => () => new Date(Date.UTC(2026, 0, day));

  it('are one until they are changed, and every change is kept', async () => {
    await createPersona(database.table, persona);
    expect(await setPersonaShards(database.table, { ...persona, count: 16 }, at(1))).toEqual({
      count: 16,
      previousCount: 1,
      changed: true,
    });
    await setPersonaShards(database.table, { ...persona, count: 4 }, at(2));
    expect((await getPersona(database.table, orgId, persona.personaId))?.shardChanges).toEqual([
      { fromMs: at(1)().getTime(), count: 16 },
      { fromMs: at(2)().getTime(), count: 4 },
    ]);
  });

  it('can be set to what they are, which changes nothing', async () => {
    const again = await setPersonaShards(database.table, { ...persona, count: 4 }, at(3));
    expect(again).toEqual({ count: 4, previousCount: 4, changed: false });
  });

  it('are changed by one of two at the same moment, and the other is told', async () => {
    const attempts = await Promise.allSettled(
      [8, 9].map((count) => setPersonaShards(database.table, { ...persona, count }, at(4))),
    );
    expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('stay as they are for an id that does not exist', async () => {
    const setting = setPersonaShards(database.table, { orgId, personaId: 'psn_none', count: 2 }, at(5));
    await expect(setting).rejects.toThrow('There is no persona psn_none');
  });
});

it('is never made by archiving an id that does not exist', async () => {
  const archiving = setPersonaStatus(database.table, { orgId, personaId: 'psn_none', status: 'archived' });
  await expect(archiving).rejects.toThrow('There is no persona psn_none in org org_acme');
  expect(await getPersona(database.table, orgId, 'psn_none')).toBeUndefined();
});

test('A lost answer from the database is no failure and no conflict with oneself', async () => {
  const shaky = losingFirstAnswers(database.table);
  const persona = { orgId, personaId: 'psn_lost', name: 'Ada' };
  expect(await createPersona(shaky, persona)).toMatchObject({ alreadyExisted: false });
  expect(await setPersonaShards(shaky, { ...persona, count: 3 }, () => new Date())).toMatchObject({
    changed: true,
  });
  expect(await setPersonaStatus(shaky, { ...persona, status: 'archived' })).toMatchObject({ changed: true });
});

describe('the list of an org', () => {
  it('has every persona of the org by id, archived ones too, and none of another org', async () => {
    for (const [org, personaId] of [
      ['org_list', 'psn_b'],
      ['org_list', 'psn_a'],
      ['org_list2', 'psn_c'],
    ] as const) {
      await createPersona(database.table, { orgId: org, personaId, name: 'Ada' });
    }
    await setPersonaStatus(database.table, { orgId: 'org_list', personaId: 'psn_b', status: 'archived' });
    expect(await listPersonas(database.table, 'org_list')).toMatchObject([
      { personaId: 'psn_a', status: 'active', name: 'Ada' },
      { personaId: 'psn_b', status: 'archived' },
    ]);
  });

  it('goes over as many pages as it takes', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => `psn_${String(n).padStart(3, '0')}`);
    for (const personaId of ids) {
      await createPersona(database.table, { orgId: 'org_many', personaId, name: 'Ada' });
    }
    const listed = await listPersonas(database.table, 'org_many');
    expect(listed.map(({ personaId }) => personaId)).toEqual(ids);
  });

  it('leaves out one whose creation was interrupted, until it is created again', async () => {
    const persona = { orgId: 'org_cut', personaId: 'psn_cut', name: 'Ada' };
    const interrupted = beforePut(database.table, 2, () => {
      throw new Error('crashed');
    });
    await expect(createPersona(interrupted, persona)).rejects.toThrow('crashed');
    expect(await listPersonas(database.table, 'org_cut')).toEqual([]);
    await createPersona(database.table, persona);
    expect(await listPersonas(database.table, 'org_cut')).toMatchObject([persona]);
  });
});

describe('renaming a persona', () => {
  const persona = { orgId, personaId: 'psn_rename', name: 'Ada' };

  it('changes its name and nothing else, once', async () => {
    const { persona: created } = await createPersona(database.table, { ...persona, workspaceId: 'ws' });
    const to = { ...persona, name: 'Bea' };
    const now = new Date(Date.parse(created.updatedAt) + 1_000);
    const renamed = { ...created, name: 'Bea', updatedAt: now.toISOString() };
    expect(await renamePersona(database.table, to, now)).toEqual({ persona: renamed, changed: true });
    expect(await renamePersona(database.table, to)).toEqual({ persona: renamed, changed: false });
  });

  it('is told as a change also when the first answer was lost', async () => {
    const renamed = await renamePersona(losingFirstAnswers(database.table), { ...persona, name: 'Cleo' });
    expect(renamed).toMatchObject({ changed: true, persona: { name: 'Cleo' } });
  });

  it('creates none that is not there', async () => {
    const missing = { orgId, personaId: 'psn_missing', name: 'Ada' };
    await expect(renamePersona(database.table, missing)).rejects.toThrow('There is no persona psn_missing');
  });
});
