// Searches every order in which a world's next moves can happen, once for each state that can be reached.

export interface World {
  /** What can happen next, by name; the same names in the same order for the same state. */
  moves(): readonly string[];
  /** Makes the move and comes to rest. */
  make(move: string): Promise<void>;
  /** All that decides what can happen from here on. */
  state(): string;
  /** What must not be so in the present state. */
  violation(): string | undefined;
  /** Nothing more has to happen, although something still may. */
  isDone(): boolean;
}

export interface Search {
  readonly states: number;
  /** How many of them are ends that were reached. */
  readonly ends: number;
  /** The most moves to a state. */
  readonly depth: number;
  /** The first that was found, with the moves that lead to it. */
  readonly violation: { readonly message: string; readonly moves: readonly string[] } | undefined;
}

/**
 * Depth first. A world runs real code, which can't be copied in the middle, so each branch is played again from its
 * beginning.
 */
export async function searchInterleavings(begin: () => Promise<World>): Promise<Search> {
  const seen = new Set<string>();
  const branches: string[][] = [[]];
  let ends = 0;
  let depth = 0;
  for (let branch = branches.pop(); branch !== undefined; branch = branches.pop()) {
    const world = await replay(begin, branch);
    let path = branch;
    while (!seen.has(world.state())) {
      seen.add(world.state());
      depth = Math.max(depth, path.length);
      const message = world.violation();
      if (message !== undefined) {
        return { states: seen.size, ends, depth, violation: { message, moves: path } };
      }
      ends += world.isDone() ? 1 : 0;
      const [first, ...others] = world.moves();
      if (first === undefined) {
        break;
      }
      branches.push(...others.map((move) => [...path, move]));
      path = [...path, first];
      await world.make(first);
    }
  }
  return { states: seen.size, ends, depth, violation: undefined };
}

async function replay(begin: () => Promise<World>, moves: readonly string[]): Promise<World> {
  const world = await begin();
  for (const move of moves) {
    await world.make(move);
  }
  return world;
}
