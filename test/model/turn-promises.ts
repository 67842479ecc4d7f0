// What must hold in every state of a race of turns and changes, and the words for it when it does not.
import type { Item } from '../../functions/dynamodb/table.ts';
import { parseSessionItem, type StoredSession, sessionNow } from '../../functions/sessions/session-item.ts';
import type { Applied } from './faulty-network.ts';
import { putsStatus, wasDeleted } from './promises.ts';
import type { Answer, Sight } from './race.ts';

const TOMBSTONE_HOLDS = ['deleteRequestId', 'expiresAt', 'pk', 'sk', 'status'];

type TurnAnswer = Extract<Answer, { readonly act: 'turn' }>;

/** Each turn is counted once, whoever recorded it, in a session that takes turns; everybody is told the truth about it. */
export function turnsBroken(sight: Sight): string | undefined {
  const { writes, answers } = sight;
  const turns = answers.filter((answer) => answer.act === 'turn');
  return (
    sessionBroken(sight) ??
    countersBroken(sight) ??
    firstOf(turns, (answer) => turnAnswerBroken(answer, writes)) ??
    (new Set(turns.filter(isRecorded).map(numberOf)).size < turns.filter(isRecorded).length
      ? 'two requests were told that they had recorded the turn'
      : undefined)
  );
}

/** Every change is told as it was made, and the last one is there. */
export function changesBroken(sight: Sight): string | undefined {
  const { answers, isDone } = sight;
  const told = answers.flatMap((answer) => (answer.act === 'update' && 'session' in answer ? [answer] : []));
  if (told.some(({ asked, session }) => asked.title !== undefined && asked.title !== session.title)) {
    return 'a caller was told of another title than its own';
  }
  if (told.some(({ asked, session }) => asked.archived !== (session.status === 'archived'))) {
    return 'a caller was told of another status than its own';
  }
  const session = liveSession(sight);
  if (isDone && session !== undefined && !told.some(({ asked }) => asked.title === session.title)) {
    return 'the session has a title that nobody gave it';
  }
  return sessionBroken(sight);
}

/** There was nothing to change. */
export function changeOfNothingBroken({ items, answers }: Sight): string | undefined {
  if (items.length > 0) {
    return 'a change has made a session';
  }
  return answers.some(({ outcome }) => outcome !== 'not_found')
    ? 'a caller was told of a session that is not there'
    : undefined;
}

function sessionBroken({ items, writes, answers }: Sight): string | undefined {
  const [item] = items;
  if (item?.status === 'deleted' && Object.keys(item).some((name) => !TOMBSTONE_HOLDS.includes(name))) {
    return 'a tombstone holds something of its session';
  }
  const stored = item && storedSession(item);
  if (wasDeleted(answers) && stored !== undefined) {
    return 'a deleted session has come back';
  }
  const [end, archive] = [positionOf(writes, 'status', 'ended'), positionOf(writes, 'archived', true)];
  const lastTurn = writes.findLastIndex((write) => turnIn(write) !== undefined);
  if (end >= 0 && lastTurn > end) {
    return 'an ended session took a turn';
  }
  if (archive >= 0 && lastTurn > archive) {
    return 'an archived session took a turn';
  }
  const lastToldAt = answers.map((answer) => ('session' in answer ? answer.session.lastActiveAt : ''));
  return stored !== undefined && lastToldAt.some((at) => at > sessionNow(stored).lastActiveAt)
    ? 'the time of the last activity went back'
    : undefined;
}

function countersBroken({ items, writes }: Sight): string | undefined {
  const stored = items[0] && storedSession(items[0]);
  if (stored === undefined) {
    return undefined;
  }
  const counted = new Map(writes.flatMap((write) => turnIn(write) ?? []).map((turn) => [turn.number, turn]));
  const messages = [...counted.values()].reduce((sum, turn) => sum + turn.messages, 0);
  if (sessionNow(stored).messageCount !== messages) {
    return 'a turn was counted twice';
  }
  return [...counted.keys()].some((number, i) => number !== i + 1) ? 'a turn was left out' : undefined;
}

function turnAnswerBroken(answer: TurnAnswer, writes: readonly Applied[]): string | undefined {
  const { asked, outcome, requestId } = answer;
  const isThere = (attribute: string, value: unknown) => positionOf(writes, attribute, value) >= 0;
  const write = writes.find((one) => turnIn(one)?.number === asked.turn);
  const isSame = write !== undefined && turnIn(write)?.messages === asked.messages;
  switch (outcome) {
    case 'recorded':
    case 'already_recorded':
      if (!isSame) {
        return 'a caller was told that its turn was recorded, and it was not';
      }
      return outcome === 'already_recorded' && write.sender === requestId && isLastTurn(writes, asked.turn)
        ? 'the request that recorded the turn took it for another one'
        : undefined;
    case 'figures_differ':
      return isSame ? 'a turn was refused that was the same' : undefined;
    case 'gap':
      return 'a turn was refused that follows the last one';
    case 'ended':
      return isThere('status', 'ended') ? undefined : 'a caller was told of an end that there was not';
    case 'archived':
      return isThere('archived', true) ? undefined : 'a caller was told of an archive that there was not';
    case 'deleted':
      return writes.some(({ call }) => putsStatus(call, 'deleted'))
        ? undefined
        : 'a caller was told of a deletion that there was not';
    case 'not_found':
      return 'a session that is there was not found';
  }
}

/** An older turn is known by its number only. */
function isLastTurn(writes: readonly Applied[], number: number): boolean {
  return writes.every((write) => (turnIn(write)?.number ?? 0) <= number);
}

function turnIn({ call }: Applied): { readonly number: number; readonly messages: number } | undefined {
  const change = call.verb === 'update' ? call.args[1] : {};
  const number = change.set?.turn;
  return typeof number === 'number' ? { number, messages: change.add?.messageCount ?? 0 } : undefined;
}

function positionOf(writes: readonly Applied[], attribute: string, value: unknown): number {
  return writes.findIndex(({ call }) => call.verb === 'update' && call.args[1].set?.[attribute] === value);
}

function liveSession({ items }: Sight) {
  const stored = items[0] && storedSession(items[0]);
  return stored && sessionNow(stored);
}

function storedSession(item: Item): StoredSession | undefined {
  const stored = parseSessionItem(item);
  return stored.status === 'deleted' ? undefined : stored;
}

function isRecorded({ outcome }: TurnAnswer): boolean {
  return outcome === 'recorded';
}

function numberOf({ asked }: TurnAnswer): number {
  return asked.turn;
}

function firstOf<T>(all: readonly T[], broken: (one: T) => string | undefined): string | undefined {
  return all.flatMap((one) => broken(one) ?? [])[0];
}
