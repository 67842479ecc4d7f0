// DynamoDB as one request meets it: it takes units from the partitions that it touches, or is refused, and answers after a while.
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { SeededRandom } from '../../../test/faults/seeded-random.ts';
import { conditionHolds, type Item } from '../../../test/model/condition.ts';
import { MemoryTable } from '../../../test/model/memory-table.ts';
import { Capacity, type CapacityOptions } from './capacity.ts';
import { InFlight } from './in-flight.ts';
import { type CancellationCode, cancelled, throttled } from './refusals.ts';
import { type Answering, serviceTimeMs } from './service-time.ts';
import type { VirtualClock } from './virtual-time.ts';

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
    this.#items.carryOut(put(item));
  }

  /**
   * One request, which nobody sends again.
   * @throws what DynamoDB answers, as the SDK throws it
   */
  async carryOut(command: object): Promise<unknown> {
    if (command instanceof GetCommand) {
      return this.#get(command);
    }
    if (command instanceof PutCommand) {
      return this.#put(command);
    }
    if (command instanceof TransactWriteCommand) {
      return this.#transact(command);
    }
    throw new Error(`The simulated table does not know ${command.constructor.name}`);
  }

  async #get(command: GetCommand): Promise<unknown> {
    const { Key: key = {}, ConsistentRead } = command.input;
    const consistent = ConsistentRead === true;
    return this.#capacity.read(String(key.pk), this.#stored(key), { consistent })
      ? this.#answer('read', () => this.#items.carryOut(command))
      : this.#refuse(throttled());
  }

  /** A failed condition takes the same units. */
  async #put(command: PutCommand): Promise<unknown> {
    const { Item: after = {} } = command.input;
    return this.#capacity.write({ pk: String(after.pk), before: this.#stored(after), after })
      ? this.#answer('write', () => this.#items.carryOut(command))
      : this.#refuse(throttled());
  }

  /** What AWS does not say is decided in favour of transactions: one that is cancelled takes nothing. */
  async #transact({ input: { TransactItems = [] } }: TransactWriteCommand): Promise<unknown> {
    const actions = TransactItems.map(({ ConditionCheck, Put }) => {
      const key: Item = ConditionCheck?.Key ?? Put?.Item ?? {};
      return { key, before: this.#stored(key), condition: ConditionCheck ?? Put ?? {}, after: Put?.Item };
    });
    const cancelWith = (code: CancellationCode, is: (action: (typeof actions)[number]) => boolean) =>
      this.#refuse(cancelled(actions.map((action) => (is(action) ? code : 'None'))));

    if (this.#inFlight.touchesAny(actions.map(({ key }) => key))) {
      return cancelWith('TransactionConflict', ({ key }) => this.#inFlight.touchesAny([key]));
    }
    const fails = ({ condition, before }: (typeof actions)[number]) => !conditionHolds(condition, before);
    if (actions.some(fails)) {
      return cancelWith('ConditionalCheckFailed', fails);
    }
    const writes = actions.map(({ key, before, after }) => ({
      pk: String(key.pk),
      before,
      ...(after && { after }),
    }));
    if (!this.#capacity.writeTogether(writes)) {
      return cancelWith('ThrottlingError', () => true);
    }
    const end = this.#inFlight.begin(actions.map(({ key }) => key));
    return this.#answer('transaction', () => {
      end();
      for (const { after } of actions) {
        if (after !== undefined) {
          this.#items.carryOut(put(after));
        }
      }
      return {};
    });
  }

  #stored(key: Item): Item | undefined {
    const read = new GetCommand({ TableName: '', Key: { pk: key.pk, sk: key.sk } });
    return (this.#items.carryOut(read) as { Item?: Item }).Item;
  }

  /** Carried out at the end of its time, as nobody can tell it from the middle. */
  async #answer(answering: Answering, carryOut: () => unknown): Promise<unknown> {
    await this.#clock.wait(serviceTimeMs(answering, this.#random));
    return carryOut();
  }

  #refuse(error: Error): Promise<never> {
    return this.#answer('refusal', () => {
      throw error;
    }) as Promise<never>;
  }
}

function put(item: Item): PutCommand {
  return new PutCommand({ TableName: '', Item: { ...item } });
}
