// Every order of events, every lost call and every death of a function: each turn counts once, and each change holds.
import type { Turn } from '../../functions/sessions/turn.ts';
import {
  changeUnconditionally,
  forgetFigures,
  leaveTurnTokenOut,
  recordAnyTurn,
  recordAtAnyTime,
  recordInAnyState,
} from './mutations.ts';
import type { Answer } from './race.ts';
import { expectBugsToBeFound, expectPromisesToHold, type Race } from './search-races.ts';
import { deleter, ender, recorder, STORED_SESSION, updater } from './session-races.ts';
import { changeOfNothingBroken, changesBroken, turnsBroken } from './turn-promises.ts';

const FIRST: Turn = { turn: 1, messages: 2, inputTokens: 120, outputTokens: 30, costUsdMicros: 450 };
const FIRST_WITH_OTHER_FIGURES: Turn = { ...FIRST, messages: 3 };
const SECOND: Turn = { turn: 2, messages: 4, inputTokens: 90, outputTokens: 70, costUsdMicros: 610 };

const TURNS = { stored: [STORED_SESSION], broken: turnsBroken };
const CHANGES = { stored: [STORED_SESSION], broken: changesBroken };

/** As an engine does, which records the turns of a session one after the other. */
const afterFirst = {
  begins: (answers: readonly Answer[]) =>
    answers.some((answer) => answer.act === 'turn' && answer.asked.turn === 1 && 'session' in answer),
};

const RACES = {
  'Two engines with one turn': { ...TURNS, callers: [recorder('A', FIRST), recorder('B', FIRST)] },
  'Two engines with one turn and different figures': {
    ...TURNS,
    callers: [recorder('A', FIRST), recorder('B', FIRST_WITH_OTHER_FIGURES)],
  },
  // The clock of the second turn is behind that of the first.
  'Two turns, the first of them by two engines': {
    ...TURNS,
    callers: [recorder('C', SECOND, afterFirst), recorder('A', FIRST), recorder('B', FIRST)],
  },
  'A turn, an end and a delete': {
    ...TURNS,
    callers: [recorder('A', FIRST), ender('E'), deleter('D')],
  },
  'Two turns and an end': {
    ...TURNS,
    callers: [recorder('A', FIRST), recorder('B', SECOND, afterFirst), ender('E')],
  },
  'A turn, an archiving and a delete': {
    ...TURNS,
    callers: [recorder('A', FIRST), updater('C', { archived: true }), deleter('D')],
  },
  'A turn by two engines, and a change of title': {
    ...TURNS,
    callers: [recorder('A', FIRST), recorder('B', FIRST), updater('C', { title: 'Coffee' })],
  },
  'Two changes and a delete': {
    ...CHANGES,
    callers: [
      updater('A', { title: 'Tea', archived: true }),
      updater('B', { title: 'Coffee', archived: false }),
      deleter('D'),
    ],
  },
  'A change of a session that is not there': {
    stored: [],
    broken: changeOfNothingBroken,
    callers: [updater('A', { title: 'Tea' }), recorder('B', FIRST), ender('E'), deleter('D')],
  },
} as const satisfies Record<string, Race>;

expectPromisesToHold(RACES);

expectBugsToBeFound([
  [
    'the turn, by leaving out the condition on its number',
    { ...RACES['Two engines with one turn'], mutate: recordAnyTurn },
    'a turn was counted twice',
  ],
  [
    'the turn, by leaving out the condition that the session takes turns, after an end',
    { ...RACES['Two turns and an end'], mutate: recordInAnyState },
    'an ended session took a turn',
  ],
  [
    'the turn, by leaving out the condition that the session takes turns, in the archive',
    { ...RACES['A turn, an archiving and a delete'], mutate: recordInAnyState },
    'an archived session took a turn',
  ],
  [
    'the turn, by leaving out the condition on the time',
    { ...RACES['Two turns, the first of them by two engines'], mutate: recordAtAnyTime },
    'the time of the last activity went back',
  ],
  [
    'the figures of the turn, by not keeping them',
    { ...RACES['Two engines with one turn'], mutate: forgetFigures },
    'a turn was refused that was the same',
  ],
  [
    "the turn's request, by leaving it out",
    { ...RACES['Two engines with one turn'], mutate: leaveTurnTokenOut },
    'the request that recorded the turn took it for another one',
  ],
  [
    'the change, by leaving out its condition when there is no session',
    { ...RACES['A change of a session that is not there'], mutate: changeUnconditionally },
    'a change has made a session',
  ],
  [
    'the change, by leaving out its condition when the session is deleted',
    { ...RACES['Two changes and a delete'], mutate: changeUnconditionally },
    'a tombstone holds something of its session',
  ],
]);
