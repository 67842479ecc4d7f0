// Publishes changes of sessions so that no event of a session overtakes an earlier one of the same session.
import type { EventBus } from './event-bus.ts';
import { PUT_MAX } from './event-bus.ts';
import type { SessionChange } from './session-change.ts';

export interface Unpublished {
  /** It and all that follow are to be published again; all before it are published. */
  readonly first: SessionChange;
  readonly cause: unknown;
}

export async function publishInOrder(
  bus: EventBus,
  changes: readonly SessionChange[],
  signal: AbortSignal,
): Promise<Unpublished | undefined> {
  for (const group of inGroups(changes)) {
    const failed = await publish(bus, group, signal);
    if (failed !== undefined) {
      return failed;
    }
  }
  return undefined;
}

/** Groups of changes that follow each other, with no session twice, since a bus may take the second and not the first. */
function inGroups(changes: readonly SessionChange[]): SessionChange[][] {
  const groups: SessionChange[][] = [];
  let group: SessionChange[] = [];
  let sessions = new Set<string>();
  for (const change of changes) {
    if (group.length === PUT_MAX || sessions.has(change.session.sessionId) || groups.length === 0) {
      group = [];
      sessions = new Set();
      groups.push(group);
    }
    group.push(change);
    sessions.add(change.session.sessionId);
  }
  return groups;
}

async function publish(
  bus: EventBus,
  group: readonly SessionChange[],
  signal: AbortSignal,
): Promise<Unpublished | undefined> {
  try {
    const [position] = await bus.put(group.map(eventOf), signal);
    const first = position === undefined ? undefined : group[position];
    return first && { first, cause: new Error('The event bus did not take every event') };
  } catch (cause) {
    return { first: group[0] as SessionChange, cause };
  }
}

function eventOf({ kind, session, eventId, atMs }: SessionChange) {
  return { type: `chat.session.${kind}`, detail: { eventId, session }, atMs };
}
