// Chooses the measurements whose names contain a given text.

export class NothingChosen extends Error {}

/** @throws NothingChosen when no name contains it. */
export function chosen<T extends { readonly name: string }>(all: readonly T[], part: string): T[] {
  const some = all.filter(({ name }) => name.includes(part));
  if (some.length === 0) {
    const names = all.map(({ name }) => name).join('; ');
    throw new NothingChosen(
      `No name of a measurement contains "${part}". Give --only a part of one of: ${names}`,
    );
  }
  return some;
}
