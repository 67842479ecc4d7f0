// DynamoDB as one request meets it: it takes units from the partitions that it touches, or is refused, and answers after a while.
import type { Condition } from '../../../functions/dynamodb/condition.ts';
import type { Key } from '../../../functions/dynamodb/item.ts';
import type { Item, Table, WriteResult } from '../../../functions/dynamodb/table.ts';
import type { SeededRandom } from '../../../test/faults/seeded-random.ts';
import { holds, MemoryTable, type TableCall } from '../../../test/memory-table.ts';
import { Capacity, type CapacityOptions } from './capacity.ts';
import { InFlight } from './in-flight.ts';
import { type CancellationCode, cancelled, throttled } from './refusals.ts';
import { type Answering, serviceTimeMs } from './service-time.ts';
import type { VirtualClock } from './virtual-time.ts';

/** An item that a transaction checks and leaves as it is. */
export interface Check {
  readonly key: Key;
  readonly condition: Condition;
}

/** The port, and a verb beside it that only a rejected design needs. */
export interface TransactingTable extends Table {
  /**
   * One transaction.
   * @throws ServiceError when it is cancelled, for a false condition too.
   */
  putChecking(item: Item, condition: Condition | undefined, check: Check): Promise<WriteResult>;
}

export class PartitionedTable {
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #capacity: Capacity;
  readonly #items = new MemoryTable();
  readonly #inFlight = new InFlight();

  constructor(options: CapacityOptions, clock: VirtualClock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
    this.#capacity = new Capacity(options, clock.now);
  }

  get consumed(): Capacity['consumed'] {
    return this.#capacity.consumed;
  }

  /** Puts an item there before the traffic, at no price. */
  seed(item: Item): void {
    this.#items.carryOut({ verb: 'put', args: [item] });
  }

  /**
   * One request, which the table never sends again.
   * @returns what the verb resolves with
   * @throws ServiceError as DynamoDB answers
   */
  async carryOut(call: TableCall): Promise<unknown> {
    switch (call.verb) {
      case 'get': {
        const [key, read = { consistent: true }] = call.args;
        return this.#capacity.read(key.pk, this.#stored(key), read)
          ? this.#answer('read', () => this.#items.carryOut(call))
          : this.#refuse(throttled());
      }
      case 'put': {
        // A false condition takes the same units.
        const [after] = call.args;
        return this.#capacity.write({ pk: after.pk, before: this.#stored(after), after })
          ? this.#answer('write', () => this.#items.carryOut(call))
          : this.#refuse(throttled());
      }
      default:
        throw new Error(`The simulated table has no ${call.verb}: no start calls it`);
    }
  }

  /** What AWS does not say is decided in favour of transactions: one that is cancelled takes nothing. */
  async putChecking(after: Item, condition: Condition | undefined, check: Check): Promise<WriteResult> {
    const actions = [
      { ...check, before: this.#stored(check.key) },
      { key: after, condition, before: this.#stored(after), after },
    ];
    const cancelWith = (code: CancellationCode, is: (action: (typeof actions)[number]) => boolean) =>
      this.#refuse(cancelled(actions.map((action) => (is(action) ? code : 'None'))));

    if (this.#inFlight.touchesAny(actions.map(({ key }) => key))) {
      return cancelWith('TransactionConflict', ({ key }) => this.#inFlight.touchesAny([key]));
    }
    const fails = (action: (typeof actions)[number]) =>
      action.condition !== undefined && !holds(action.condition, action.before ?? {});
    if (actions.some(fails)) {
      return cancelWith('ConditionalCheckFailed', fails);
    }
    const writes = actions.map(({ key: { pk }, before, after }) => ({ pk, before, ...(after && { after }) }));
    if (!this.#capacity.writeTogether(writes)) {
      return cancelWith('ThrottlingError', () => true);
    }
    const end = this.#inFlight.begin(actions.map(({ key }) => key));
    return this.#answer('transaction', () => {
      end();
      this.seed(after);
      return { written: true, item: after };
    });
  }

  #stored({ pk, sk }: Key): Item | undefined {
    return this.#items.carryOut({ verb: 'get', args: [{ pk, sk }] }) as Item | undefined;
  }

  /** Carried out at the end of its time, as nobody can tell it from the middle. */
  async #answer<T>(answering: Answering, carryOut: () => T): Promise<T> {
    await this.#clock.wait(serviceTimeMs(answering, this.#random));
    return carryOut();
  }

  #refuse(error: Error): Promise<never> {
    return this.#answer('refusal', () => {
      throw error;
    });
  }
}
