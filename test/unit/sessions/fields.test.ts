// Titles: what is accepted, counted in code points, and the default.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultTitle, TITLE_MAX_CODE_POINTS, titleProblem } from '../../../functions/sessions/fields.ts';

const codeUnits = fc.constantFrom('a', 'é', '漢', '😀', '\u0301', '\u0000', '\ud83d', '\ude00');
const FAMILY = '👨‍👩‍👧‍👦';

describe('a title', () => {
  it.each(['a', 'Über Füße', '日本語', '😀', FAMILY, 'e\u0301', '\u202eabc', 'a\nb'])(
    'may be %j',
    (title) => {
      expect(titleProblem(title)).toBeUndefined();
    },
  );

  it('may have 200 characters, and not 201', () => {
    expect(titleProblem('x'.repeat(200))).toBeUndefined();
    expect(titleProblem('x'.repeat(201))).toBe('must be at most 200 characters after trimming, was 201');
  });

  it('counts an emoji outside the basic plane once, although it takes two code units', () => {
    expect(titleProblem('😀'.repeat(200))).toBeUndefined();
    expect(titleProblem('😀'.repeat(201))).toMatch(/was 201$/);
  });

  it('counts the parts of a joined emoji one by one', () => {
    expect([...FAMILY]).toHaveLength(7);
    expect(titleProblem(FAMILY.repeat(28))).toBeUndefined();
    expect(titleProblem(FAMILY.repeat(29))).toMatch(/was 203$/);
  });

  it('must not be empty', () => {
    expect(titleProblem('')).toMatch(/^must not be empty/);
  });

  it.each(['\ud83d', '\ude00', 'a\ud83db', '\ude00\ud83d'])(
    'must not hold half a surrogate pair: %j',
    (title) => {
      expect(titleProblem(title)).toMatch(/half of a surrogate pair/);
    },
  );

  it('is judged by nothing but its code points', () => {
    fc.assert(
      fc.property(fc.string({ unit: codeUnits, minLength: 1, maxLength: 400, size: 'max' }), (title) => {
        const accepted = title.isWellFormed() && [...title].length <= TITLE_MAX_CODE_POINTS;
        expect(titleProblem(title) === undefined).toBe(accepted);
      }),
    );
  });
});

describe('the default title', () => {
  it('names the persona', () => {
    expect(defaultTitle('Ada')).toBe('Chat with Ada');
  });

  it('is a good title, however long the name of the persona', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400, size: 'max' }), (name) => {
        expect(titleProblem(defaultTitle(name))).toBeUndefined();
        expect(defaultTitle(name)).toBe(defaultTitle(name).trim());
      }),
    );
  });

  it('never cuts an emoji in half', () => {
    const title = defaultTitle('😀'.repeat(300));
    expect([...title]).toHaveLength(200);
    expect(title.isWellFormed()).toBe(true);
  });
});
