// Caches parsed conditions of dynalite: parsing one for each request takes a quarter of the time of a write.
//
// The parse result of a condition without names and values depends on its text alone, and dynalite does not change it.
import conditionParser from 'dynalite/db/conditionParser.js';

/** The functions have a handful of conditions, but other clients of the database may send any number. */
const MOST_REMEMBERED = 100;

export function parseConditionsOnce(): void {
  const parse = conditionParser.parse;
  const parsed = new Map<string, unknown>();
  conditionParser.parse = (condition, options) => {
    const { attrNames, attrVals, isKeyCondition } = options.context;
    if (attrNames != null || attrVals != null || isKeyCondition) {
      return parse(condition, options);
    }
    const known = parsed.get(condition);
    if (known !== undefined) {
      return known;
    }
    const result = parse(condition, options);
    if (parsed.size < MOST_REMEMBERED) {
      parsed.set(condition, result);
    }
    return result;
  };
}
