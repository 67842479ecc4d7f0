// What the service should answer: its promises in a few dozen lines, with everything in memory.
import type { Metadata, Session, SessionStatus } from '../../../functions/sessions/session.ts';
import type { Turn } from '../../../functions/sessions/turn.ts';
import type { SessionChanges } from '../../../functions/sessions/update.ts';

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
  readonly metadata: Metadata | undefined;
  readonly key: string | undefined;
}

export type ExpectedStart =
  | { readonly status: 201; readonly replayOf: Session }
  | { readonly status: 201; readonly title: string; readonly metadata: Metadata | undefined }
  | { readonly status: 404 }
  | { readonly status: 409; readonly codes: readonly string[] };

interface Started {
  readonly payload: string;
  readonly first: Session;
}

export class Expected {
  readonly #personas: readonly Persona[];
  readonly #sessions = new Map<string, Session>();
  readonly #starts = new Map<string, Started>();
  readonly #deleted = new Map<string, Session>();
  /** The last turn of each session. */
  readonly #turns = new Map<string, Turn>();

  constructor(personas: readonly Persona[]) {
    this.#personas = personas;
  }

  start(caller: Caller, start: Start): ExpectedStart {
    const persona = this.#visiblePersona(caller, start.personaId);
    if (persona === undefined) {
      return { status: 404 };
    }
    const payload = payloadOf(start);
    const earlier = start.key === undefined ? undefined : this.#starts.get(intentOf(caller, start));
    if (earlier === undefined) {
      return {
        status: 201,
        title: start.title?.trim() ?? `Chat with ${persona.name}`,
        metadata: start.metadata,
      };
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
      this.#starts.set(intentOf(caller, start), { payload: payloadOf(start), first: session });
    }
  }

  get(caller: Caller, sessionId: string): Session | undefined {
    const session = this.#sessions.get(sessionId);
    return session !== undefined && isOf(caller, session) ? session : undefined;
  }

  hasEnded(session: Session, endedAt: string): Session {
    return this.#keep({ ...session, status: 'ended', endedAt, lastActiveAt: endedAt });
  }

  turnsOf(sessionId: string): number {
    return this.#turns.get(sessionId)?.turn ?? 0;
  }

  turn({ sessionId, status }: Session, turn: Turn): 'recorded' | 'already_recorded' | 'state_conflict' {
    const last = this.#turns.get(sessionId);
    const next = (last?.turn ?? 0) + 1;
    if (turn.turn < next) {
      const differs = turn.turn === last?.turn && JSON.stringify(turn) !== JSON.stringify(last);
      return differs ? 'state_conflict' : 'already_recorded';
    }
    return status === 'active' && turn.turn === next ? 'recorded' : 'state_conflict';
  }

  hasRecorded(session: Session, turn: Turn, lastActiveAt: string): Session {
    this.#turns.set(session.sessionId, turn);
    return this.#keep({
      ...session,
      messageCount: session.messageCount + turn.messages,
      inputTokens: session.inputTokens + turn.inputTokens,
      outputTokens: session.outputTokens + turn.outputTokens,
      costUsdMicros: session.costUsdMicros + turn.costUsdMicros,
      lastActiveAt,
    });
  }

  hasChanged(session: Session, { title, metadata, archived }: SessionChanges): Session {
    const status = session.endedAt === '' ? 'active' : 'ended';
    return this.#keep({
      ...session,
      ...(title !== undefined && { title: title.trim() }),
      ...(metadata && { metadata }),
      ...(archived !== undefined && { status: archived ? 'archived' : status }),
    });
  }

  #keep(session: Session): Session {
    this.#sessions.set(session.sessionId, session);
    return session;
  }

  hasDeleted(session: Session): void {
    this.#sessions.delete(session.sessionId);
    this.#deleted.set(session.sessionId, session);
  }

  isDeleted(caller: Caller, sessionId: string): boolean {
    const session = this.#deleted.get(sessionId);
    return session !== undefined && isOf(caller, session);
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

function payloadOf({ title, metadata }: Start): string {
  return JSON.stringify([title?.trim(), metadata]);
}
