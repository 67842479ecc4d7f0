// How much the suites do: little by default, all that was promised with `FULL=1`.

const FULL = process.env.FULL === '1';

export function runSize(sizes: { readonly byDefault: number; readonly full: number }): number {
  return FULL ? sizes.full : sizes.byDefault;
}
