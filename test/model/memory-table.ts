// A table in memory that carries out the commands of the store functions, one at a time and at once.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Table } from '../../functions/dynamodb/table.ts';
import {
  attributeName,
  attributeValue,
  conditionHolds,
  type ExpressionInput,
  type Item,
} from './condition.ts';

export type Command = GetCommand | PutCommand | UpdateCommand | DeleteCommand;

interface Write extends ExpressionInput {
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

export class MemoryTable {
  readonly #items = new Map<string, Item>();

  /** As the store functions take it. */
  asTable(): Table {
    return {
      name: 'Sessions',
      client: { send: async (command: Command) => this.carryOut(command) },
    } as unknown as Table;
  }

  items(): Item[] {
    return [...this.#items.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }

  /** @throws ConditionalCheckFailedException as the SDK does */
  carryOut(command: Command): unknown {
    if (command instanceof GetCommand) {
      return { Item: this.#items.get(addressOf(command.input.Key)) };
    }
    if (command instanceof PutCommand) {
      const item = { ...command.input.Item };
      this.#check(addressOf(item), command.input);
      this.#items.set(addressOf(item), item);
      return {};
    }
    if (command instanceof UpdateCommand) {
      const { Key: key, UpdateExpression: expression } = command.input;
      const before = this.#check(addressOf(key), command.input);
      const after = updated({ ...key, ...before }, expression ?? '', command.input);
      this.#items.set(addressOf(key), after);
      return { Attributes: after };
    }
    if (command instanceof DeleteCommand) {
      this.#check(addressOf(command.input.Key), command.input);
      this.#items.delete(addressOf(command.input.Key));
      return {};
    }
    throw new Error(`The table in memory does not know ${(command as object).constructor.name}`);
  }

  #check(address: string, input: Write): Item | undefined {
    const stored = this.#items.get(address);
    if (conditionHolds(input, stored)) {
      return stored;
    }
    throw new ConditionalCheckFailedException({
      $metadata: { httpStatusCode: 400 },
      message: 'The conditional request failed',
      ...(stored !== undefined && input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
        ? { Item: marshall(stored) }
        : {}),
    });
  }
}

function updated(item: Item, expression: string, input: ExpressionInput): Item {
  const clauses = expression.split(/\b(SET|REMOVE)\b/).map((part) => part.trim());
  if (clauses[0] !== '') {
    throw new Error(`The update can't be read: ${expression}`);
  }
  const after: Record<string, unknown> = { ...item };
  for (let i = 1; i < clauses.length; i += 2) {
    for (const part of (clauses[i + 1] ?? '').split(/\s*,\s*/)) {
      const [name = '', value = ''] = part.split(/\s*=\s*/);
      if (clauses[i] === 'SET') {
        after[attributeName(name, input)] = attributeValue(value, input);
      } else {
        delete after[attributeName(name, input)];
      }
    }
  }
  return after;
}

function addressOf(key: Item | undefined): string {
  return `${key?.pk}\n${key?.sk}`;
}
