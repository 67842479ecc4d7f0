// The way from the functions to a table in memory, on which a scheduler decides what becomes of each message.
import { Outage } from '../../functions/aws/outage.ts';
import type { Table } from '../../functions/dynamodb/table.ts';
import { MemoryTable, type TableCall, tableThrough } from '../memory-table.ts';

/** Planted between the functions and the table, to show that a search would find the bug. */
export type Mutation = (call: TableCall) => TableCall;

/** How often the adapter sends a call before it gives up. */
const ATTEMPTS = 2;

/** A call that its sender still waits for. */
interface Waiting {
  readonly sender: string;
  readonly call: TableCall;
  readonly attempt: number;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface Applied {
  readonly sender: string;
  readonly call: TableCall;
}

/**
 * Each sender has one call under way at most. A call can be carried out and answered; its sender can lose patience
 * with it and send it again; or the sender can die. A call that nobody waits for any more is a stray: it is carried
 * out at any later time, or never.
 */
export class FaultyNetwork {
  readonly table = new MemoryTable();
  /** The writes that took effect, in their order. */
  readonly applied: Applied[] = [];
  readonly #nowMs: number;
  readonly #mutate: Mutation;
  readonly #waiting = new Map<string, Waiting>();
  readonly #strays: { readonly name: string; readonly call: TableCall; readonly sender: string }[] = [];
  readonly #heard = new Map<string, string[]>();

  /** @param nowMs TTL removes at once what has expired by then */
  constructor(nowMs: number, mutate: Mutation = (call) => call) {
    this.#nowMs = nowMs;
    this.#mutate = mutate;
  }

  /**
   * The table as the functions know it.
   * @param answerAtOnce calls whose outcome is the same whenever they are carried out, which need no scheduling
   */
  tableFor(sender: string, answerAtOnce: (call: TableCall) => boolean = () => false): Table {
    return tableThrough((original) => {
      const call = this.#mutate(original);
      return answerAtOnce(call)
        ? Promise.resolve(this.table.carryOut(call))
        : new Promise((resolve, reject) => {
            this.#waiting.set(sender, { sender, call, attempt: 1, resolve, reject });
          });
    });
  }

  senders(): string[] {
    return [...this.#waiting.keys()].sort();
  }

  strays(): string[] {
    return [...new Set(this.#strays.map(({ name }) => name))].sort();
  }

  /** Carried out, and the sender hears of it. */
  answer(sender: string): void {
    const { call, resolve } = this.#take(sender);
    const result = this.#carryOut(sender, call);
    this.#hear(sender, result);
    resolve(result);
  }

  /** The sender waits no longer: the adapter sends the call again, which may meet its own item, or gives up. */
  loseAnswer(sender: string): void {
    const waiting = this.#take(sender);
    this.#stray(waiting);
    this.#hear(sender, 'lost');
    if (waiting.attempt < ATTEMPTS) {
      this.#waiting.set(sender, { ...waiting, attempt: waiting.attempt + 1 });
    } else {
      waiting.reject(new Outage('No answer came'));
    }
  }

  /** The sender dies; what it has sent may still arrive. */
  kill(sender: string): void {
    this.#stray(this.#take(sender));
    this.forget(sender);
  }

  arrive(name: string): void {
    const position = this.#strays.findIndex((stray) => stray.name === name);
    const [stray] = this.#strays.splice(position, 1);
    if (stray === undefined) {
      throw new Error(`There is no stray ${name}`);
    }
    this.#carryOut(stray.sender, stray.call);
  }

  /** What a sender has heard decides nothing any more once it is done. */
  forget(sender: string): void {
    this.#heard.delete(sender);
  }

  state(): unknown {
    return [
      this.table.items(),
      this.applied.map(({ sender, call }) => nameOf(sender, call)),
      this.senders().map((sender) => [sender, this.#waiting.get(sender)?.attempt]),
      this.#strays.map(({ name }) => name).sort(),
      [...this.#heard].sort(),
    ];
  }

  #carryOut(sender: string, call: TableCall): unknown {
    const result = this.table.carryOut(call);
    this.table.removeExpired(this.#nowMs);
    if (result !== undefined && 'written' in result && result.written) {
      this.applied.push({ sender, call });
    }
    return result;
  }

  #take(sender: string): Waiting {
    const waiting = this.#waiting.get(sender);
    if (waiting === undefined) {
      throw new Error(`${sender} waits for nothing`);
    }
    this.#waiting.delete(sender);
    return waiting;
  }

  /** Reads that arrive late change nothing and are heard by nobody. */
  #stray({ sender, call }: Waiting): void {
    if (call.verb === 'put' || call.verb === 'update') {
      this.#strays.push({ name: nameOf(sender, call), call, sender });
    }
  }

  #hear(sender: string, what: unknown): void {
    this.#heard.set(sender, [...(this.#heard.get(sender) ?? []), JSON.stringify(what)]);
  }
}

/** Two of the same name are the same call, sent twice. */
function nameOf(sender: string, { verb, args: [about] }: TableCall): string {
  return `${sender}'s ${verb} of ${'sk' in about ? about.sk : about.partition}`;
}
