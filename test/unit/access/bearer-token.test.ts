// What is taken from an Authorization header.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBearerToken } from '../../../functions/access/bearer-token.ts';

describe('an Authorization header', () => {
  it.each([undefined, '', ' ', '\t'])('that says nothing (%j) is missing', (header) => {
    expect(readBearerToken(header)).toEqual({ kind: 'missing' });
  });

  it.each([
    ['Bearer', 'no token'],
    ['Bearer ', 'an empty token'],
    ['Bearerabc', 'no space'],
    ['Basic dXNlcjpwYXNz', 'another scheme'],
    ['abc', 'no scheme'],
    ['Bearer a b', 'two words'],
    ['Bearer a,Bearer b', 'two headers, joined by the gateway'],
    ['Bearer a,', 'an empty second header'],
    [',Bearer a', 'an empty first header'],
    ['Basic x,Bearer a', 'two schemes'],
    ['Bearer\ta', 'a tab for the space'],
    ['Bearer a\n', 'a line feed'],
    [' Bearer a', 'a space in front'],
    ['Token Bearer a', 'words in front'],
  ])('%j is refused: %s', (header) => {
    expect(readBearerToken(header)).toEqual({ kind: 'invalid' });
  });

  it.each(['Bearer', 'bearer', 'BEARER'])('has a scheme whose case does not matter: %s', (scheme) => {
    expect(readBearerToken(`${scheme} abc`)).toEqual({ kind: 'api-key', token: 'abc' });
  });

  it.each(['sk_live_x', 'pk_x', 'a.b', 'a.b.c.d', '...', 'ü'])('holds an API key: %j', (token) => {
    expect(readBearerToken(`Bearer ${token}`)).toEqual({ kind: 'api-key', token });
  });

  it.each(['a.b.c', '..', 'eyJ.eyJ.sig'])('holds a session JWT when it has three parts: %j', (token) => {
    expect(readBearerToken(`Bearer ${token}`)).toEqual({ kind: 'session-jwt', token });
  });

  it('never yields a token with white space or a comma, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (rest) => {
        const bearer = readBearerToken(`Bearer ${rest}`);
        expect('token' in bearer ? bearer.token : 'none').toMatch(/^[^\s,]+$/);
      }),
    );
  });
});
