// The forms of ids, and the session id as an address.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isOpaqueId } from '../../../functions/dynamodb/item.ts';
import { formatSessionId, parseSessionId } from '../../../functions/sessions/session.ts';

const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const opaqueId = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const ulid = fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);

describe('an opaque id', () => {
  it.each(['psn_1', 'a', '-', '_', 'Z9'.repeat(32)])('may be %j', (id) => {
    expect(isOpaqueId(id)).toBe(true);
  });

  it.each([
    '',
    'a'.repeat(65),
    'a b',
    'a#b',
    'a.b',
    'a/b',
    'a%20b',
    'ä',
    'a\n',
    '\na',
    'a\u0000',
    undefined,
    null,
    7,
    ['a'],
    { length: 1 },
  ])('is never %j', (id) => {
    expect(isOpaqueId(id)).toBe(false);
  });

  test('cannot hold the separator of the table keys, so no id reaches into another key', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(isOpaqueId(`${before}#${after}`)).toBe(false);
      }),
    );
  });
});

describe('a session id', () => {
  it('names its persona after its ulid, with nothing that is taken for a file extension', () => {
    expect(formatSessionId({ personaId: 'psn_1', ulid: ULID, shard: 0 })).toBe(`chs_${ULID}_psn_1`);
  });

  it('gives back the address it was made of, for every persona and ulid', () => {
    fc.assert(
      fc.property(opaqueId, ulid, fc.integer({ min: 0, max: 99 }), (personaId, id, shard) => {
        const address = { personaId, ulid: id, shard };
        expect(parseSessionId(formatSessionId(address))).toEqual(address);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no persona', `chs_${ULID}`],
    ['an empty persona', `chs_${ULID}_`],
    ['a dot, as ids once had', `chs_${ULID}.psn_1`],
    ['a dot in the persona', `chs_${ULID}_psn_1.psn_2`],
    ['another prefix', `ses_${ULID}_psn_1`],
    ['a lower-case prefix letter changed', `CHS_${ULID}_psn_1`],
    ['a lower-case ulid', `chs_${ULID.toLowerCase()}_psn_1`],
    ['a ulid beyond 48 bits of time', `chs_8${ULID.slice(1)}_psn_1`],
    ['a letter that Crockford leaves out', `chs_${ULID.slice(0, 25)}U_psn_1`],
    ['a ulid one character short', `chs_${ULID.slice(1)}_psn_1`],
    ['a shard that is written twice', `chs_${ULID}-01_psn_1`],
    ['the first shard named', `chs_${ULID}-0_psn_1`],
    ['a key separator', `chs_${ULID}_psn#1`],
    ['a persona of 65 characters', `chs_${ULID}_${'p'.repeat(65)}`],
    ['a line feed at the end', `chs_${ULID}_psn_1\n`],
    ['a space in front', ` chs_${ULID}_psn_1`],
  ])('is not one with %s', (_what, text) => {
    expect(parseSessionId(text)).toBeUndefined();
  });

  it('is never found in text that it would not be written as', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = parseSessionId(text);
        expect(address === undefined || formatSessionId(address) === text).toBe(true);
      }),
    );
  });
});
