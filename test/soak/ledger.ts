// What the callers of a soak were told, and what they asked for without an answer.
import type { Session } from '../../functions/sessions/session.ts';
import type { SessionChanges } from '../../functions/sessions/update.ts';
import type { Tenant } from '../faults/faulty-stack.ts';

/** One wish to start a session; its title is its own, so that whatever comes of it can be told by it. */
export interface Intent {
  readonly title: string;
  readonly tenant: Tenant;
  /** Absent: asked once, and never again. */
  readonly key: string | undefined;
}

export interface Told {
  readonly intent: Intent;
  /** As the last answer about it had it. */
  session: Session;
  /** That were recorded. */
  turns: number;
  /** That nobody has asked for yet. Each is made once, so that one that arrives late undoes no other. */
  readonly changesLeft: SessionChanges[];
  deleted: boolean;
  /** Somebody is about to change it, so what others read may be either. */
  busy: boolean;
}

export class Ledger {
  readonly #intents = new Map<string, Intent>();
  readonly #told = new Map<string, Told>();
  readonly #live: Told[] = [];
  readonly complaints: string[] = [];

  newIntent(tenant: Tenant, key: string | undefined): Intent {
    const intent = { title: `Soak ${this.#intents.size + 1}`, tenant, key };
    this.#intents.set(intent.title, intent);
    return intent;
  }

  hasStarted(intent: Intent, session: Session): void {
    const { orgId, workspaceId, userId, personaId } = intent.tenant;
    if (session.title !== intent.title) {
      this.complain(`${intent.title} was answered with ${session.title}`);
    }
    if (
      [session.orgId, session.workspaceId, session.userId, session.personaId].join() !==
      [orgId, workspaceId, userId, personaId].join()
    ) {
      this.complain(`${intent.title} was answered with another tenant's session`);
    }
    if (this.#told.has(session.sessionId)) {
      this.complain(`${session.sessionId} was told twice, as ${intent.title} the second time`);
    }
    const told = {
      intent,
      session,
      turns: 0,
      changesLeft: [
        { title: `${intent.title}, renamed` },
        { metadata: { topic: intent.title } },
        { archived: true },
      ],
      deleted: false,
      busy: false,
    };
    this.#told.set(session.sessionId, told);
    this.#live.push(told);
  }

  hasChanged(told: Told, session: Session): void {
    told.session = session;
  }

  hasDeleted(told: Told): void {
    told.deleted = true;
    const last = this.#live.pop();
    const at = last === undefined || last === told ? -1 : this.#live.indexOf(told);
    if (at >= 0 && last !== undefined) {
      this.#live[at] = last;
    }
  }

  complain(about: string): void {
    this.complaints.push(about);
  }

  intentNamed(title: string): Intent | undefined {
    return this.#intents.get(title);
  }

  told(sessionId: string): Told | undefined {
    return this.#told.get(sessionId);
  }

  get allTold(): readonly Told[] {
    return [...this.#told.values()];
  }

  /** Those that were not deleted. */
  get live(): readonly Told[] {
    return this.#live;
  }

  get intents(): number {
    return this.#intents.size;
  }
}
