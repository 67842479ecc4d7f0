// What a caller is told of bad input: everything at once, each with its path.
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { validate } from '../../../functions/http/body.ts';

const fields = { personaId: z.string(), title: z.optional(z.string()) };

const UNKNOWN = 'is not a known field; leave it out';

describe('input', () => {
  it('that fits is handed on', () => {
    expect(validate(fields, { personaId: 'psn_1' })).toEqual({
      values: { personaId: 'psn_1' },
      problems: [],
    });
  });

  it('is told every problem at once', () => {
    expect(validate(fields, { title: 7, extra: 1, more: 2 }).problems).toEqual([
      { path: 'personaId', message: 'is required' },
      { path: 'title', message: 'must be a string, was a number' },
      { path: 'extra', message: UNKNOWN },
      { path: 'more', message: UNKNOWN },
    ]);
  });

  it('with null is told so, since null is not the same as absent', () => {
    expect(validate(fields, { personaId: null, title: null }).problems).toEqual([
      { path: 'personaId', message: 'must be a string, was null' },
      { path: 'title', message: 'must be a string, was null' },
    ]);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])(
    'with a field called %s is refused like any other unknown field',
    (name) => {
      const input = JSON.parse(`{"personaId":"psn_1","${name}":{"admin":true}}`);
      expect(validate(fields, input)).toEqual({ problems: [{ path: name, message: UNKNOWN }] });
      expect(({} as Record<string, unknown>).admin).toBeUndefined();
    },
  );

  it('does not take a field from the prototype', () => {
    const input = JSON.parse('{"__proto__":{"personaId":"psn_1"}}');
    expect(validate(fields, input).problems).toContainEqual({ path: 'personaId', message: 'is required' });
  });

  it('may have fields that are not looked at, where that is said', () => {
    expect(validate(fields, { personaId: 'psn_1', extra: 1 }, 'ignored')).toEqual({
      values: { personaId: 'psn_1' },
      problems: [],
    });
  });

  it('with an endless name hears only its beginning', () => {
    const { problems } = validate(fields, { personaId: 'psn_1', ['x'.repeat(10_000)]: 1 });
    expect(problems).toEqual([{ path: 'x'.repeat(100), message: UNKNOWN }]);
  });
});
