// The way from the functions to a table in memory, on which a scheduler decides what becomes of each message.
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../functions/dynamodb/table.ts';
import { type Command, MemoryTable } from './memory-table.ts';

/** Planted between the functions and the table, to show that a search would find the bug. */
export type Mutation = (command: Command) => Command;

/** How often the SDK sends a call before it gives up. */
const ATTEMPTS = 2;

/** A call that its sender still waits for. */
interface Waiting {
  readonly sender: string;
  readonly command: Command;
  readonly attempt: number;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface Applied {
  readonly sender: string;
  readonly command: Command;
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
  readonly #mutate: Mutation;
  readonly #waiting = new Map<string, Waiting>();
  readonly #strays: { readonly name: string; readonly command: Command; readonly sender: string }[] = [];
  readonly #heard = new Map<string, string[]>();

  constructor(mutate: Mutation = (command) => command) {
    this.#mutate = mutate;
  }

  /**
   * The table as the functions know it.
   * @param answerAtOnce calls whose outcome is the same whenever they are carried out, which need no scheduling
   */
  tableFor(sender: string, answerAtOnce: (command: Command) => boolean = () => false): Table {
    const send = (original: Command) => {
      const command = this.#mutate(original);
      if (answerAtOnce(command)) {
        return Promise.resolve(this.table.carryOut(command));
      }
      return new Promise((resolve, reject) => {
        this.#waiting.set(sender, { sender, command, attempt: 1, resolve, reject });
      });
    };
    return { name: 'Sessions', client: { send } } as unknown as Table;
  }

  senders(): string[] {
    return [...this.#waiting.keys()].sort();
  }

  strays(): string[] {
    return [...new Set(this.#strays.map(({ name }) => name))].sort();
  }

  /** Carried out, and the sender hears of it. */
  answer(sender: string): void {
    const { command, resolve, reject } = this.#take(sender);
    try {
      const output = this.#carryOut(sender, command);
      this.#hear(sender, output);
      resolve(output);
    } catch (error) {
      this.#hear(sender, (error as { Item?: unknown }).Item ?? 'refused');
      reject(error);
    }
  }

  /** The sender waits no longer: the SDK sends the call again, or gives up. */
  loseAnswer(sender: string): void {
    const waiting = this.#take(sender);
    this.#stray(waiting);
    this.#hear(sender, 'lost');
    if (waiting.attempt < ATTEMPTS) {
      this.#waiting.set(sender, { ...waiting, attempt: waiting.attempt + 1 });
    } else {
      waiting.reject(Object.assign(new Error('No answer came'), { name: 'TimeoutError' }));
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
    try {
      this.#carryOut(stray.sender, stray.command);
    } catch {
      // Nobody hears of it.
    }
  }

  /** What a sender has heard decides nothing any more once it is done. */
  forget(sender: string): void {
    this.#heard.delete(sender);
  }

  state(): unknown {
    return [
      this.table.items(),
      this.applied.map(({ sender, command }) => nameOf(sender, command)),
      this.senders().map((sender) => [sender, this.#waiting.get(sender)?.attempt]),
      this.#strays.map(({ name }) => name).sort(),
      [...this.#heard].sort(),
    ];
  }

  #carryOut(sender: string, command: Command): unknown {
    const output = this.table.carryOut(command);
    if (!isRead(command)) {
      this.applied.push({ sender, command });
    }
    return output;
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
  #stray({ sender, command }: Waiting): void {
    if (!isRead(command)) {
      this.#strays.push({ name: nameOf(sender, command), command, sender });
    }
  }

  #hear(sender: string, what: unknown): void {
    this.#heard.set(sender, [...(this.#heard.get(sender) ?? []), JSON.stringify(what)]);
  }
}

function isRead(command: Command): boolean {
  return command instanceof GetCommand;
}

/** Two of the same name are the same call, sent twice. */
function nameOf(sender: string, command: Command): string {
  const { sk } = sortKeyed(command);
  return `${sender}'s ${command.constructor.name} of ${String(sk)}`;
}

function sortKeyed(command: Command): Readonly<Record<string, unknown>> {
  return (command instanceof PutCommand ? command.input.Item : command.input.Key) ?? {};
}
