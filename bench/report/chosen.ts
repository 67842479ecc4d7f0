// Which of all that can be measured is measured, by a part of its name.

export class NothingChosen extends Error {}

/** @throws NothingChosen when none has the part in its name. */
export function chosen<T extends { readonly name: string }>(all: readonly T[], part: string): T[] {
  const some = all.filter(({ name }) => name.includes(part));
  if (some.length === 0) {
    const names = all.map(({ name }) => name).join('; ');
    throw new NothingChosen(
      `Nothing to measure has "${part}" in its name. Give --only a part of one of: ${names}`,
    );
  }
  return some;
}
