// Several callers at once, each asking until it is answered, over a network that loses calls and among functions that die.
import { Outage } from '../../functions/aws/outage.ts';
import type { Item, Table } from '../../functions/dynamodb/table.ts';
import type { DeleteOutcome } from '../../functions/sessions/delete.ts';
import type { EndOutcome } from '../../functions/sessions/end.ts';
import type { StartOutcome } from '../../functions/sessions/start.ts';
import type { Turn, TurnOutcome } from '../../functions/sessions/turn.ts';
import type { SessionChanges, UpdateOutcome } from '../../functions/sessions/update.ts';
import type { TableCall } from '../memory-table.ts';
import { type Applied, FaultyNetwork, type Mutation } from './faulty-network.ts';
import type { World } from './interleavings.ts';

export interface Caller {
  readonly name: string;
  /** One request of this caller, as a function carries it out. */
  ask(table: Table, request: { readonly requestId: string; readonly nowMs: number }): Promise<Outcome>;
  /** Absent: from the beginning. */
  begins?(answers: readonly Answer[]): boolean;
  /** Asks once, whether or not an answer comes. */
  readonly asksOnce?: boolean;
}

export type Outcome =
  | ({ readonly act: 'start'; readonly askedTitle: string | undefined } & StartOutcome)
  | ({ readonly act: 'turn'; readonly asked: Turn } & TurnOutcome)
  | ({ readonly act: 'update'; readonly asked: SessionChanges } & UpdateOutcome)
  | ({ readonly act: 'end' } & EndOutcome)
  | ({ readonly act: 'delete' } & DeleteOutcome);

/** What a request was answered, whether or not its caller still waited for it. */
export type Answer = { readonly caller: string; readonly requestId: string } & Outcome;

/** Everything that a promise can be checked by. */
export interface Sight {
  readonly items: readonly Item[];
  readonly writes: readonly Applied[];
  readonly answers: readonly Answer[];
  readonly isDone: boolean;
}

export interface RaceOptions {
  readonly callers: readonly Caller[];
  /** What is there from the beginning. */
  readonly stored: readonly Item[];
  /** How many calls may be lost, functions die and callers lose patience, in all. */
  readonly faults: number;
  /** Says what is broken in a state, if anything is. */
  readonly broken: (sight: Sight) => string | undefined;
  readonly mutate?: Mutation;
  /** Calls whose outcome is the same whenever they are carried out. */
  readonly answerAtOnce?: (call: TableCall) => boolean;
}

export const RACE_BEGINS_MS = Date.parse('2026-06-01T12:00:00.000Z');

export async function beginRace(options: RaceOptions): Promise<World> {
  const race = new Race(options);
  await race.begin();
  return race;
}

class Race implements World {
  readonly #options: RaceOptions;
  readonly #network: FaultyNetwork;
  readonly #answers: Answer[] = [];
  readonly #attempts = new Map<string, number>();
  /** The request that a caller waits for; callers that are done or have not begun wait for none. */
  readonly #awaited = new Map<string, string>();
  #faultsLeft: number;
  #error: unknown;

  constructor(options: RaceOptions) {
    this.#options = options;
    this.#network = new FaultyNetwork(RACE_BEGINS_MS, options.mutate);
    this.#faultsLeft = options.faults;
  }

  async begin(): Promise<void> {
    for (const item of this.#options.stored) {
      this.#network.table.carryOut({ verb: 'put', args: [item] });
    }
    this.#letCallersBegin();
    await rest();
  }

  moves(): string[] {
    const senders = this.#network.senders();
    return [
      ...senders.map((sender) => `answer ${sender}`),
      ...this.#network.strays().map((stray) => `arrive ${stray}`),
      ...(this.#faultsLeft === 0
        ? []
        : senders.flatMap((sender) => [
            `lose ${sender}`,
            `kill ${sender}`,
            ...(this.#mayGiveUp(sender) ? [`give-up ${sender}`] : []),
          ])),
    ];
  }

  async make(move: string): Promise<void> {
    const [what, whom] = [move.slice(0, move.indexOf(' ')), move.slice(move.indexOf(' ') + 1)];
    switch (what) {
      case 'answer':
        this.#network.answer(whom);
        break;
      case 'arrive':
        this.#network.arrive(whom);
        break;
      case 'lose':
        this.#network.loseAnswer(whom);
        break;
      case 'kill':
        this.#network.kill(whom);
        this.#askAgain(whom);
        break;
      case 'give-up':
        this.#askAgain(whom);
        break;
      default:
        throw new Error(`There is no move "${what}"`);
    }
    this.#faultsLeft -= what === 'answer' || what === 'arrive' ? 0 : 1;
    await rest();
    this.#letCallersBegin();
    await rest();
  }

  state(): string {
    return JSON.stringify([
      this.#network.state(),
      this.#answers.map((answer) => JSON.stringify(answer)).sort(),
      [...this.#awaited].sort(),
      [...this.#attempts].sort(),
      this.#faultsLeft,
    ]);
  }

  violation(): string | undefined {
    const broken = this.#options.broken({
      items: this.#network.table.items(),
      writes: this.#network.applied,
      answers: this.#answers,
      isDone: this.isDone(),
    });
    return broken ?? (this.#error === undefined ? undefined : `A request failed: ${String(this.#error)}`);
  }

  isDone(): boolean {
    return this.#awaited.size === 0 && this.#network.senders().length === 0;
  }

  #letCallersBegin(): void {
    for (const caller of this.#options.callers) {
      if (!this.#attempts.has(caller.name) && (caller.begins?.(this.#answers) ?? true)) {
        this.#ask(caller);
      }
    }
  }

  #ask(caller: Caller): void {
    const attempt = (this.#attempts.get(caller.name) ?? 0) + 1;
    const requestId = `${caller.name}${attempt}`;
    this.#attempts.set(caller.name, attempt);
    this.#awaited.set(caller.name, requestId);
    const table = this.#network.tableFor(requestId, this.#options.answerAtOnce);
    const nowMs = RACE_BEGINS_MS + this.#options.callers.indexOf(caller) * 100 + attempt;
    caller.ask(table, { requestId, nowMs }).then(
      (outcome) => {
        this.#network.forget(requestId);
        this.#answers.push({ caller: caller.name, requestId, ...outcome });
        if (this.#awaited.get(caller.name) === requestId) {
          this.#awaited.delete(caller.name);
        }
      },
      (error) => {
        this.#network.forget(requestId);
        if (error instanceof Outage) {
          this.#askAgain(requestId);
        } else {
          this.#error = error;
        }
      },
    );
  }

  #askAgain(requestId: string): void {
    const caller = this.#callerOf(requestId);
    if (this.#awaited.get(caller.name) !== requestId) {
      return;
    }
    this.#awaited.delete(caller.name);
    if (!caller.asksOnce) {
      this.#ask(caller);
    }
  }

  #mayGiveUp(requestId: string): boolean {
    const caller = this.#callerOf(requestId);
    return this.#awaited.get(caller.name) === requestId && !caller.asksOnce;
  }

  #callerOf(requestId: string): Caller {
    const caller = this.#options.callers.find(({ name }) => requestId.startsWith(name));
    if (caller === undefined) {
      throw new Error(`${requestId} is no request of this race`);
    }
    return caller;
  }
}

/** Lets every request run on to its next call. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
