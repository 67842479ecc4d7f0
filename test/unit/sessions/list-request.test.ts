// The query of a list, as a caller may send it.
import { describe, expect, it } from 'vitest';
import { validate } from '../../../functions/http/body.ts';
import { personaListFields } from '../../../functions/sessions/list-request.ts';

const query = (value: Record<string, unknown>) => validate(personaListFields, value, 'ignored');

describe('the query of a list', () => {
  it('is 20 sessions from the start when nothing is said', () => {
    expect(query({})).toEqual({ values: { limit: 20 }, problems: [] });
  });

  it.each([
    ['1', 1],
    ['100', 100],
    ['020', 20],
  ])('may ask for a page of %j', (limit, sessions) => {
    expect(query({ limit })).toEqual({ values: { limit: sessions }, problems: [] });
  });

  it.each(['0', '101', '-1', '1.5', '1e1', '0x10', ' 5', '5 ', '', 'ten', '5,5', '٣', '9'.repeat(400)])(
    'is refused with the limit %j',
    (limit) => {
      expect(query({ limit })).toEqual({
        problems: [
          { path: 'limit', message: expect.stringMatching(/^must be a whole number from 1 to 100, was "/) },
        ],
      });
    },
  );

  it.each(['active', 'ended', 'archived'])('may ask for the %s sessions only', (status) => {
    expect(query({ status })).toEqual({ values: { limit: 20, status }, problems: [] });
  });

  it.each(['', 'deleted', 'Active', 'active,ended', 'toString'])(
    'is refused with the status %j',
    (status) => {
      expect(query({ status })).toEqual({
        problems: [
          { path: 'status', message: `must be active, ended or archived, was ${JSON.stringify(status)}` },
        ],
      });
    },
  );

  it('is told of every problem at once', () => {
    const { problems } = query({ limit: '0', status: 'gone' });
    expect(problems.map(({ path }) => path)).toEqual(['limit', 'status']);
  });
});
