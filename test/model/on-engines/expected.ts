// What the service should answer: its promises in a few dozen lines, with everything in memory.
import type { Session, SessionStatus } from '../../../functions/sessions/session.ts';

export interface Caller {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
}

export interface Persona {
  readonly orgId: string;
  readonly personaId: string;
  readonly name: string;
  /** Absent: the whole org's. */
  readonly workspaceId?: string;
}

export interface Start {
  readonly personaId: string;
  readonly title: string | undefined;
  readonly key: string | undefined;
}

export type ExpectedStart =
  | { readonly status: 201; readonly replayOf: Session }
  | { readonly status: 201; readonly title: string }
  | { readonly status: 404 }
  | { readonly status: 409; readonly codes: readonly string[] };

interface Started {
  readonly payload: string | undefined;
  readonly first: Session;
}

export class Expected {
  readonly #personas: readonly Persona[];
  readonly #sessions = new Map<string, Session>();
  readonly #starts = new Map<string, Started>();

  constructor(personas: readonly Persona[]) {
    this.#personas = personas;
  }

  start(caller: Caller, start: Start): ExpectedStart {
    const persona = this.#visiblePersona(caller, start.personaId);
    if (persona === undefined) {
      return { status: 404 };
    }
    const payload = start.title?.trim();
    const earlier = start.key === undefined ? undefined : this.#starts.get(intentOf(caller, start));
    if (earlier === undefined) {
      return { status: 201, title: payload ?? `Chat with ${persona.name}` };
    }
    const conflicts = [
      ...(this.#sessions.has(earlier.first.sessionId) ? [] : ['state_conflict']),
      ...(earlier.payload === payload ? [] : ['idempotency_conflict']),
    ];
    return conflicts.length > 0
      ? { status: 409, codes: conflicts }
      : { status: 201, replayOf: earlier.first };
  }

  /** Takes over what only the service could decide: the id and the time. */
  hasStarted(caller: Caller, start: Start, session: Session): void {
    this.#sessions.set(session.sessionId, session);
    if (start.key !== undefined) {
      this.#starts.set(intentOf(caller, start), { payload: start.title?.trim(), first: session });
    }
  }

  get(caller: Caller, sessionId: string): Session | undefined {
    const session = this.#sessions.get(sessionId);
    return session !== undefined && isOf(caller, session) ? session : undefined;
  }

  hasEnded(session: Session, endedAt: string): Session {
    const ended: Session = { ...session, status: 'ended', endedAt, lastActiveAt: endedAt };
    this.#sessions.set(session.sessionId, ended);
    return ended;
  }

  hasDeleted(session: Session): void {
    this.#sessions.delete(session.sessionId);
  }

  /** Newest first; `undefined` for a persona that the caller can't see. */
  list(caller: Caller, personaId: string, status: SessionStatus | undefined): Session[] | undefined {
    if (this.#visiblePersona(caller, personaId) === undefined) {
      return undefined;
    }
    return [...this.#sessions.values()]
      .filter((session) => isOf(caller, session) && session.personaId === personaId)
      .filter((session) => (status === undefined ? session.status !== 'archived' : session.status === status))
      .sort((a, b) => (a.sessionId < b.sessionId ? 1 : -1));
  }

  #visiblePersona(caller: Caller, personaId: string): Persona | undefined {
    return this.#personas.find(
      (persona) =>
        persona.orgId === caller.orgId &&
        persona.personaId === personaId &&
        (persona.workspaceId === undefined || persona.workspaceId === caller.workspaceId),
    );
  }
}

function isOf(caller: Caller, session: Session): boolean {
  return session.orgId === caller.orgId && session.workspaceId === caller.workspaceId;
}

function intentOf(caller: Caller, { personaId, key }: Start): string {
  return [caller.orgId, caller.workspaceId, caller.userId, personaId, key].join(' ');
}
