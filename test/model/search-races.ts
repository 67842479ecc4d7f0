// Searches races, and tells what the search has seen.
import { describe, expect, it } from 'vitest';
import type { Mutation } from './faulty-network.ts';
import { searchInterleavings } from './interleavings.ts';
import { beginRace, type RaceOptions } from './race.ts';

/** Set by the projects in test/projects.ts. Each fault more takes about twenty times as long; `MODEL_FAULTS=3` takes minutes. */
const FAULTS = Number(process.env.MODEL_FAULTS);

export type Race = Omit<RaceOptions, 'faults' | 'mutate'>;

export function expectPromisesToHold(races: Readonly<Record<string, Race>>): void {
  describe('In every state that can be reached', () => {
    it.each(Object.entries(races))(
      '%s: what was promised holds',
      async (name, race) => {
        const beganAtMs = performance.now();
        const { states, ends, depth, violation } = await search(race);
        const tookMs = Math.round(performance.now() - beganAtMs);
        console.info(
          `${name}: ${states} states, ${ends} ends, ${depth} moves deep, ${FAULTS} faults, ${tookMs} ms`,
        );

        expect(violation).toBeUndefined();
        expect(ends).toBeGreaterThan(0);
      },
      3_600_000,
    );
  });
}

export function expectBugsToBeFound(
  bugs: readonly (readonly [into: string, race: Race & { readonly mutate?: Mutation }, message: string])[],
): void {
  describe('A bug is found that is planted into', () => {
    it.each(bugs)('%s', async (_, race, message) => {
      const { violation } = await search(race);

      expect(violation?.message).toBe(message);
    });
  });
}

function search(race: Race & { readonly mutate?: Mutation }) {
  return searchInterleavings(() => beginRace({ ...race, faults: FAULTS }));
}
