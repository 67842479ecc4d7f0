// Every order of events, every lost call and every death of a function: one session, one answer.
import type { ShardChange } from '../../functions/personas/persona.ts';
import {
  claimIntentUnconditionally,
  deleteUnconditionally,
  endUnconditionally,
  forgetPayload,
  leaveNoTombstone,
  leaveTokenOut,
  overwriteTitle,
  putSessionUnconditionally,
  withOneToken,
} from './mutations.ts';
import { endsBroken, keylessStartBroken, startsBroken, startsOfTwoPayloadsBroken } from './promises.ts';
import { RACE_BEGINS_MS } from './race.ts';
import { expectBugsToBeFound, expectPromisesToHold, type Race } from './search-races.ts';
import {
  deleter,
  deleterOfStarted,
  ender,
  OTHER_KEY,
  PERSONA,
  readsPersona,
  recorderOfStarted,
  STORED_SESSION,
  starter,
  UUID_V7,
  updaterOfStarted,
} from './session-races.ts';

const STARTS = { stored: [PERSONA], answerAtOnce: readsPersona, broken: startsBroken };
const ENDS = { stored: [STORED_SESSION], broken: endsBroken };

const MORE_SHARDS: readonly ShardChange[] = [{ fromMs: RACE_BEGINS_MS - 60_000, count: 8 }];
const MORE_SHARDS_LONG_SINCE: readonly ShardChange[] = [{ fromMs: 0, count: 8 }];

const TURN = { turn: 1, messages: 2, inputTokens: 120, outputTokens: 30, costUsdMicros: 450 };

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
  'Two starts with one UUIDv7, and a change of title and metadata': {
    ...STARTS,
    callers: [
      starter('A', UUID_V7),
      starter('B', UUID_V7),
      updaterOfStarted('C', { title: 'Coffee', metadata: { topic: 'billing' } }),
    ],
  },
  'Two starts with one UUIDv7, and a turn': {
    ...STARTS,
    callers: [starter('A', UUID_V7), starter('B', UUID_V7), recorderOfStarted('C', TURN)],
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

expectPromisesToHold(RACES);

expectBugsToBeFound([
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
    'the change of a title, by writing over the one of the start',
    { ...RACES['Two starts with one UUIDv7, and a change of title and metadata'], mutate: overwriteTitle },
    'one key has two answers',
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
]);
