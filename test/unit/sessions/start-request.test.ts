// The body of a start, as a caller may send it.
import { describe, expect, it } from 'vitest';
import { validate } from '../../../functions/http/body.ts';
import { startFields } from '../../../functions/sessions/start-request.ts';

const body = (value: Record<string, unknown>) => validate(startFields, value);

describe('the body of a start', () => {
  it('may hold the persona alone', () => {
    expect(body({ personaId: 'psn_1' })).toEqual({ values: { personaId: 'psn_1' }, problems: [] });
  });

  it('may hold a title, which is trimmed of white space of every kind', () => {
    expect(body({ personaId: 'psn_1', title: ' \t\n\u00a0\u3000 Hello  there \u2003' })).toEqual({
      values: { personaId: 'psn_1', title: 'Hello  there' },
      problems: [],
    });
  });

  it('is measured after trimming', () => {
    const title = `${' '.repeat(500)}${'😀'.repeat(200)}${' '.repeat(500)}`;
    expect(body({ personaId: 'psn_1', title })).toMatchObject({ problems: [] });
  });

  it.each([
    ['   ', /^must not be empty/],
    ['', /^must not be empty/],
    ['x'.repeat(201), /^must be at most 200 characters after trimming, was 201$/],
    ['\ud83d', /half of a surrogate pair/],
    [null, /^must be a string, was null$/],
    [7, /^must be a string, was a number$/],
    [true, /^must be a string, was a boolean$/],
    [['a'], /^must be a string, was an array$/],
    [{ a: 1 }, /^must be a string, was an object$/],
  ])('is refused with the title %j', (title, message) => {
    expect(body({ personaId: 'psn_1', title })).toEqual({
      problems: [{ path: 'title', message: expect.stringMatching(message) }],
    });
  });

  it.each([
    [{}, 'is required'],
    [{ personaId: null }, 'must be a string, was null'],
    [{ personaId: 1 }, 'must be a string, was a number'],
    [{ personaId: ['psn_1'] }, 'must be a string, was an array'],
  ])('is refused without a good personaId: %j', (value, message) => {
    expect(body(value)).toEqual({ problems: [{ path: 'personaId', message }] });
  });
});
