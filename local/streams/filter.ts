// The filter criteria of an event source mapping: a record must match one of its patterns.

type Pattern = { [name: string]: Pattern | Rule[] };

type Rule = string | number | boolean | null | Record<string, unknown>;

/** @throws Error for an unsupported rule, since other records would match than on AWS. */
export function readFilters(patterns: readonly string[], where: string): (record: object) => boolean {
  const parsed = patterns.map((pattern) => JSON.parse(pattern) as Pattern);
  for (const pattern of parsed) {
    refuseUnknownRules(pattern, where);
  }
  return (record) => parsed.length === 0 || parsed.some((pattern) => matches(pattern, record));
}

function matches(pattern: Pattern, value: unknown): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const found = (value as Record<string, unknown> | undefined)?.[name];
    return Array.isArray(wanted) ? wanted.some((rule) => obeys(rule, found)) : matches(wanted, found);
  });
}

const RULES: Readonly<Record<string, (argument: unknown, found: unknown) => boolean>> = {
  prefix: (start, found) => typeof found === 'string' && found.startsWith(String(start)),
  suffix: (end, found) => typeof found === 'string' && found.endsWith(String(end)),
  exists: (wanted, found) => (found !== undefined) === wanted,
  'anything-but': (others, found) => found !== undefined && ![others].flat().includes(found),
};

function obeys(rule: Rule, found: unknown): boolean {
  if (typeof rule !== 'object' || rule === null) {
    return rule === found;
  }
  return Object.entries(rule).every(([name, argument]) => RULES[name]?.(argument, found));
}

function refuseUnknownRules(pattern: Pattern, where: string): void {
  for (const [name, wanted] of Object.entries(pattern)) {
    if (!Array.isArray(wanted)) {
      refuseUnknownRules(wanted, where);
      continue;
    }
    const rules = wanted.filter((rule) => typeof rule === 'object' && rule !== null);
    const unknown = rules.flatMap(Object.keys).find((rule) => !Object.hasOwn(RULES, rule));
    if (name.startsWith('$') || unknown !== undefined) {
      throw new Error(
        `${where}: the local stack does not support the filter rule ${unknown ?? name}; other records would match than on AWS.`,
      );
    }
  }
}
