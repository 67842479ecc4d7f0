// A simulated DynamoDB table: a request consumes units of its partitions or is throttled, and is answered after a service time.
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

/** The port to the table, with another verb that only a rejected design needs. */
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

  /** Puts an item before the simulation, without consuming units. */
  seed(item: Item): void {
    this.#items.carryOut({ verb: 'put', args: [item] });
  }

  /**
   * One request, without retries.
   * @returns the result of the verb
   * @throws ServiceError an error of DynamoDB
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
        // A write with a false condition consumes the same units.
        const [after] = call.args;
        return this.#capacity.write({ pk: after.pk, before: this.#stored(after), after })
          ? this.#answer('write', () => this.#items.carryOut(call))
          : this.#refuse(throttled());
      }
      default:
        throw new Error(`The simulated table has no ${call.verb}: no start calls it`);
    }
  }

  /** A cancelled transaction consumes nothing here. AWS does not document it, so the choice favours transactions. */
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

  /** Applies the request at the end of its service time. */
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
