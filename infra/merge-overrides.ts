// Puts the fields of a configuration file over those of a stage, at every depth.

type Fields = Readonly<Record<string, unknown>>;

/** Lists, texts, numbers and `null` replace what they override; objects are merged field by field. */
export function mergeOverrides(defaults: Fields, overrides: Fields): Fields {
  const merged = Object.entries(overrides).map(([name, value]) => {
    const replaced = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    return [name, isFields(replaced) && isFields(value) ? mergeOverrides(replaced, value) : value] as const;
  });
  return { ...defaults, ...Object.fromEntries(merged) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
