// The part of CloudWatch's metric math that the alarms use, for one period.

const FUNCTIONS = {
  /** Of an array of metrics, at each moment the least. */
  MIN: (values: readonly number[]) => Math.min(...values),
  FILL: (value: number, filler: number) => (Number.isNaN(value) ? filler : value),
  IF: (condition: boolean, then: number, otherwise: number) => (condition ? then : otherwise),
};

/** @returns `undefined` where data are missing that the expression does not fill in */
export function evaluate(
  expression: string,
  values: ReadonlyMap<string, number | undefined>,
): number | undefined {
  const unknown = [...expression.matchAll(/[A-Za-z_]\w*/g)]
    .map(([name]) => name)
    .filter((name) => !(values.has(name) || Object.hasOwn(FUNCTIONS, name)));
  if (unknown.length > 0) {
    throw new Error(
      `"${expression}" uses ${unknown.join(', ')}; add what is missing to test/alarms/metric-math.ts`,
    );
  }
  const names = [...Object.keys(FUNCTIONS), ...values.keys()];
  const given = [...Object.values(FUNCTIONS), ...[...values.values()].map((value) => value ?? Number.NaN)];
  const result: number = new Function(...names, `return ${expression};`)(...given);
  // A comparison with what is missing is false; so it must not decide.
  const misses = [...values].some(
    ([name, value]) => value === undefined && !expression.includes(`FILL(${name},`),
  );
  return misses || Number.isNaN(result) ? undefined : result;
}
