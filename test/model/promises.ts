// What must hold in every state of a race, and the words for it when it does not.
import type { TableCall } from '../memory-table.ts';
import type { Answer, Sight } from './race.ts';

/** One session however often a start is sent, and one answer, when all callers ask for the same. */
export function startsBroken(sight: Sight): string | undefined {
  return sight.answers.some(({ outcome }) => outcome === 'payload_differs')
    ? 'a payload was refused that was the same'
    : startsOfTwoPayloadsBroken(sight);
}

/** The same, when callers ask for different sessions with one key. */
export function startsOfTwoPayloadsBroken({ items, writes, answers, isDone }: Sight): string | undefined {
  const starts = answers.filter((answer) => answer.act === 'start');
  const told = starts.flatMap((each) => ('session' in each ? [JSON.stringify(each.session)] : []));
  const sessions = items.filter(({ sk }) => String(sk).includes('#SESSION#'));
  const deletions = writes.filter(({ call }) => putsStatus(call, 'deleted'));
  const writer = writes.find(({ call }) => putsStatus(call, 'active'))?.sender;
  const writerWasTold = starts.find(({ requestId }) => requestId === writer);

  if (sessions.length > 1) {
    return 'one key has two sessions';
  }
  if (new Set(told).size > 1) {
    return 'one key has two answers';
  }
  if (
    starts.some((each) => 'session' in each && each.session.title !== (each.askedTitle ?? 'Chat with Ada'))
  ) {
    return 'a caller was told of a session that it had not asked for';
  }
  if (starts.filter(({ outcome }) => outcome === 'started').length > 1) {
    return 'two requests were told that they had started the session';
  }
  if (writerWasTold?.outcome === 'replayed') {
    return 'the request that wrote the session took it for another one';
  }
  if (told.length > 0 && deletions.length === 0 && sessions.length === 0) {
    return 'a session that a caller was told of is not there';
  }
  if (deletions.length === 0 && starts.some(({ outcome }) => outcome === 'deleted')) {
    return 'a caller was told of a deletion that nobody had asked for';
  }
  if (wasDeleted(answers) && sessions.some(({ status }) => status !== 'deleted')) {
    return 'a deleted session has come back';
  }
  if (isDone && deletions.length === 0 && sessions.length !== 1) {
    return 'everybody was answered, and there is no session';
  }
  return undefined;
}

/** A caller who does not retry gets one session or none, however often the adapter sends its write. */
export function keylessStartBroken({ items, answers }: Sight): string | undefined {
  const sessions = items.filter(({ sk }) => String(sk).includes('#SESSION#'));
  if (sessions.length > 1) {
    return 'one request has two sessions';
  }
  if (answers.some(({ outcome }) => outcome !== 'started' || sessions.length === 0)) {
    return 'a request was answered otherwise than by the session that it had started';
  }
  return undefined;
}

/** The session ends once, stays ended, and neither end nor delete brings it back. */
export function endsBroken({ items, answers }: Sight): string | undefined {
  const ends = answers.flatMap((answer) => (answer.act === 'end' && 'session' in answer ? [answer] : []));
  const deletions = answers.filter(({ act, outcome }) => act === 'delete' && outcome === 'deleted');
  const statuses = items.map(({ status }) => status);

  if (ends.filter(({ outcome }) => outcome === 'ended').length > 1) {
    return 'two requests were told that they had ended the session';
  }
  if (new Set(ends.map(({ session }) => JSON.stringify(session))).size > 1) {
    return 'the ended session was told in two ways';
  }
  if (deletions.length > 1) {
    return 'two requests were told that they had deleted the session';
  }
  if (wasDeleted(answers) && statuses.some((status) => status !== 'deleted')) {
    return 'a deleted session has come back';
  }
  if (ends.length > 0 && statuses.includes('active')) {
    return 'an ended session goes on';
  }
  return undefined;
}

/** A second delete finds nothing, which says as surely that the session is gone. */
export function wasDeleted(answers: readonly Answer[]): boolean {
  return answers.some(({ act }) => act === 'delete');
}

export function putsStatus(call: TableCall, status: 'active' | 'deleted'): boolean {
  return call.verb === 'put' && call.args[0].status === status;
}
