// Every order of events, every lost call and every death of a function: one session, one answer.
import { describe, expect, it } from 'vitest';
import type { ShardChange } from '../../functions/personas/persona.ts';
import type { Mutation } from './faulty-network.ts';
import { type Search, searchInterleavings } from './interleavings.ts';
import {
  claimIntentUnconditionally,
  deleteUnconditionally,
  endUnconditionally,
  forgetPayload,
  leaveNoTombstone,
  leaveTokenOut,
  putSessionUnconditionally,
  withOneToken,
} from './mutations.ts';
import { endsBroken, keylessStartBroken, startsBroken, startsOfTwoPayloadsBroken } from './promises.ts';
import { beginRace, RACE_BEGINS_MS, type RaceOptions } from './race.ts';
import {
  deleter,
  deleterOfStarted,
  ender,
  OTHER_KEY,
  PERSONA,
  readsPersona,
  STORED_SESSION,
  starter,
  UUID_V7,
} from './session-races.ts';

/** Each fault more takes about twenty times as long; `MODEL_FAULTS=3` takes minutes. */
const FAULTS = Number(process.env.MODEL_FAULTS || 2);

type Race = Omit<RaceOptions, 'faults' | 'mutate'>;
const STARTS = { stored: [PERSONA], answerAtOnce: readsPersona, broken: startsBroken };
const ENDS = { stored: [STORED_SESSION], broken: endsBroken };

const MORE_SHARDS: readonly ShardChange[] = [{ fromMs: RACE_BEGINS_MS - 60_000, count: 8 }];
const MORE_SHARDS_LONG_SINCE: readonly ShardChange[] = [{ fromMs: 0, count: 8 }];

const RACES = {
  'Two starts with one UUIDv7': { ...STARTS, callers: [starter('A', UUID_V7), starter('B', UUID_V7)] },
  'Two starts with one other key': { ...STARTS, callers: [starter('A', OTHER_KEY), starter('B', OTHER_KEY)] },
  'Two starts with one UUIDv7, and a delete': {
    ...STARTS,
    callers: [starter('A', UUID_V7), starter('B', UUID_V7), deleterOfStarted('D')],
  },
  'Two starts with one other key, and a delete': {
    ...STARTS,
    callers: [starter('A', OTHER_KEY), starter('B', OTHER_KEY), deleterOfStarted('D')],
  },
  'Two starts with one UUIDv7 and different titles': {
    ...STARTS,
    broken: startsOfTwoPayloadsBroken,
    callers: [starter('A', UUID_V7, { title: 'Tea' }), starter('B', UUID_V7, { title: 'Coffee' })],
  },
  'Two starts with one other key and different titles': {
    ...STARTS,
    broken: startsOfTwoPayloadsBroken,
    callers: [starter('A', OTHER_KEY, { title: 'Tea' }), starter('B', OTHER_KEY, { title: 'Coffee' })],
  },
  // One function still remembers the persona as it was before.
  'Two starts with one UUIDv7 while the persona gets more shards': {
    ...STARTS,
    callers: [
      starter('A', UUID_V7, { shardChanges: [] }),
      starter('B', UUID_V7, { shardChanges: MORE_SHARDS }),
    ],
  },
  'Two starts with one other key while the persona gets more shards': {
    ...STARTS,
    callers: [
      starter('A', OTHER_KEY, { shardChanges: [] }),
      starter('B', OTHER_KEY, { shardChanges: MORE_SHARDS }),
    ],
  },
  'A start without a key, sent once': {
    ...STARTS,
    callers: [starter('A', undefined, { asksOnce: true })],
    broken: keylessStartBroken,
  },
  'Two ends': { ...ENDS, callers: [ender('A'), ender('B')] },
  'Two ends and a delete': { ...ENDS, callers: [ender('A'), ender('B'), deleter('D')] },
  'An end and two deletes': { ...ENDS, callers: [ender('A'), deleter('D'), deleter('E')] },
} as const satisfies Record<string, Race>;

type RaceName = keyof typeof RACES;

describe('In every state that can be reached', () => {
  it.each(Object.keys(RACES) as RaceName[])(
    '%s: what was promised holds',
    async (name) => {
      const beganAtMs = performance.now();
      const { states, ends, depth, violation } = await search(RACES[name]);
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

describe('A bug is found that is planted into', () => {
  it.each<[string, Race & { mutate?: Mutation }, string]>([
    [
      'the put of the session, by leaving out its condition',
      { ...RACES['Two starts with one UUIDv7'], mutate: putSessionUnconditionally },
      'one key has two answers',
    ],
    [
      'the claim of an intent, by leaving out its condition',
      { ...RACES['Two starts with one other key'], mutate: claimIntentUnconditionally },
      'one key has two sessions',
    ],
    [
      "the request's token, by giving one to all",
      { ...STARTS, callers: RACES['Two starts with one UUIDv7'].callers.map(withOneToken) },
      'two requests were told that they had started the session',
    ],
    [
      "the request's token, by leaving it out",
      { ...RACES['Two starts with one UUIDv7'], mutate: leaveTokenOut },
      'the request that wrote the session took it for another one',
    ],
    [
      'the payload, by not keeping it',
      { ...RACES['Two starts with one UUIDv7'], mutate: forgetPayload },
      'a payload was refused that was the same',
    ],
    [
      'the shards, by a function that has not heard of them for days',
      {
        ...STARTS,
        callers: [
          starter('A', UUID_V7, { shardChanges: [] }),
          starter('B', UUID_V7, { shardChanges: MORE_SHARDS_LONG_SINCE }),
        ],
      },
      'one key has two sessions',
    ],
    [
      'the delete, by leaving no tombstone',
      { ...RACES['Two starts with one UUIDv7, and a delete'], mutate: leaveNoTombstone },
      // A retry has started it once more, at another time.
      'one key has two answers',
    ],
    [
      'the delete, by leaving out its condition',
      { ...RACES['An end and two deletes'], mutate: deleteUnconditionally },
      'two requests were told that they had deleted the session',
    ],
    [
      'the end, by leaving out its condition',
      { ...RACES['Two ends'], mutate: endUnconditionally },
      'two requests were told that they had ended the session',
    ],
    [
      'the end, by leaving out its condition when the session is deleted',
      { ...RACES['An end and two deletes'], mutate: endUnconditionally },
      'a deleted session has come back',
    ],
  ])('%s', async (_, race, message) => {
    const { violation, states } = await search(race);
    console.info(`Found after ${states} states: ${violation?.message}\n  ${violation?.moves.join('\n  ')}`);

    expect(violation?.message).toBe(message);
  });
});

function search(race: Race & { mutate?: Mutation }): Promise<Search> {
  return searchInterleavings(() => beginRace({ ...race, faults: FAULTS }));
}
