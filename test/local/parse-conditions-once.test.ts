// Conditions that dynalite parses once, and those that it has to parse each time.
import conditionParser from 'dynalite/db/conditionParser.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConditionsOnce } from '../../local/database/parse-conditions-once.ts';

const dynalites = conditionParser.parse;
const parse = vi.fn(dynalites);
const nothingElse = { isReserved: () => false, unusedAttrNames: {}, unusedAttrVals: {} };

beforeEach(() => {
  parse.mockClear();
  conditionParser.parse = parse;
  parseConditionsOnce();
});

afterEach(() => {
  conditionParser.parse = dynalites;
});

function parsed(condition: string, context: object = {}) {
  return conditionParser.parse(condition, { context: { ...nothingElse, ...context } });
}

describe('a condition', () => {
  it('is parsed once when its text says all', () => {
    const first = parsed('attribute_not_exists(pk)');
    expect(first).toEqual(dynalites('attribute_not_exists(pk)', { context: { ...nothingElse } }));
    expect(parsed('attribute_not_exists(pk)')).toEqual(first);
    expect(parsed('attribute_exists(pk)')).not.toEqual(first);
    expect(parse).toHaveBeenCalledTimes(2);
  });

  it.each([
    [
      'values',
      'a = :v',
      (value: string) => ({ attrVals: { ':v': { S: value } }, unusedAttrVals: { ':v': true } }),
    ],
    [
      'names',
      'attribute_exists(#n)',
      (name: string) => ({ attrNames: { '#n': name }, unusedAttrNames: { '#n': true } }),
    ],
  ])('with %s means something else each time', (_what, condition, contextOf) => {
    expect(parsed(condition, contextOf('one'))).not.toEqual(parsed(condition, contextOf('two')));
    expect(parse).toHaveBeenCalledTimes(2);
  });

  it('of a key is read by other rules', () => {
    const whole = 'attribute_not_exists(pk)';
    parsed(whole);
    parsed(whole, { isKeyCondition: true });
    expect(parse).toHaveBeenCalledTimes(2);
  });

  it('that is wrong is refused as often as it is sent', () => {
    expect(() => parsed('attribute_not_exists(')).toThrow();
    expect(() => parsed('attribute_not_exists(')).toThrow();
    expect(parse).toHaveBeenCalledTimes(2);
  });

  it('is not kept beyond the first hundred', () => {
    for (let time = 0; time < 2; time += 1) {
      for (let n = 0; n < 101; n += 1) {
        parsed(`attribute_exists(a${n})`);
      }
    }
    expect(parse).toHaveBeenCalledTimes(102);
  });
});
