// Publishes changes of sessions so that no event of a session overtakes an earlier one of the same session.
import type { ChangeKind, SessionChange } from '../sessions/session-change.ts';
import { type BusEvent, type EventBus, PUT_MAX } from './event-bus.ts';

export interface Unpublished {
  /** It and all that follow are to be published again; all before it are published. */
  readonly first: SessionChange;
  readonly cause: unknown;
}

interface Told {
  readonly change: SessionChange;
  readonly event: BusEvent;
}

const TYPES = {
  started: 'chat.session.started',
  updated: 'chat.session.updated',
  turn_recorded: 'chat.turn.recorded',
  ended: 'chat.session.ended',
  deleted: 'chat.session.deleted',
} as const satisfies Record<ChangeKind, string>;

export function eventType({ kind }: SessionChange) {
  return TYPES[kind];
}

/** @throws Error before anything is published when a change can't be told, so that Lambda halves the batch and finds it. */
export async function publishInOrder(
  bus: EventBus,
  changes: readonly SessionChange[],
  signal: AbortSignal,
): Promise<Unpublished | undefined> {
  const told = changes.map((change) => ({ change, event: eventOf(change) }));
  for (const group of inGroups(told)) {
    const failed = await publish(bus, group, signal);
    if (failed !== undefined) {
      return failed;
    }
  }
  return undefined;
}

/** Groups of changes that follow each other, with no session twice, since a bus may take the second and not the first. */
function inGroups(told: readonly Told[]): Told[][] {
  const groups: Told[][] = [];
  let group: Told[] = [];
  let sessions = new Set<string>();
  for (const one of told) {
    const { sessionId } = one.change.session;
    if (group.length === PUT_MAX || sessions.has(sessionId) || groups.length === 0) {
      group = [];
      sessions = new Set();
      groups.push(group);
    }
    group.push(one);
    sessions.add(sessionId);
  }
  return groups;
}

async function publish(
  bus: EventBus,
  group: readonly Told[],
  signal: AbortSignal,
): Promise<Unpublished | undefined> {
  try {
    const [position] = await bus.put(
      group.map(({ event }) => event),
      signal,
    );
    const first = position === undefined ? undefined : group[position]?.change;
    return first && { first, cause: new Error('The event bus did not take every event') };
  } catch (cause) {
    return { first: (group[0] as Told).change, cause };
  }
}

function eventOf(change: SessionChange): BusEvent {
  const { kind, session, eventId, atMs } = change;
  const detail = { eventId, session, ...(kind === 'turn_recorded' && { turn: change.turn }) };
  return { type: eventType(change), detail: JSON.stringify(detail), atMs };
}
