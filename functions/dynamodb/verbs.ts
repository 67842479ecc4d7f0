// The four verbs of the table as DynamoDB operations, for any client that sends them.
import { type Condition, compare } from './condition.ts';
import type { BindTable, Change, Item, WriteResult } from './table.ts';

export type Operation = 'GetItem' | 'PutItem' | 'UpdateItem' | 'Query';

/** The input of an operation; keys, items and values are plain JavaScript values, not attribute values. */
export type Input = Readonly<Record<string, unknown>>;

type Attributes = Readonly<Record<string, unknown>>;

/** The part of an output that the verbs read, with plain values as well. */
export interface Output {
  readonly Item?: Attributes | undefined;
  readonly Attributes?: Attributes | undefined;
  readonly Items?: readonly Attributes[] | undefined;
  readonly LastEvaluatedKey?: Attributes | undefined;
}

/**
 * @throws ConditionFailed, `Outage`, or an error that names the mistake
 */
export type Send = (operation: Operation, input: Input, signal: AbortSignal | undefined) => Promise<Output>;

/** Thrown by an adapter for DynamoDB's `ConditionalCheckFailedException`. */
export class ConditionFailed extends Error {
  override readonly name = 'ConditionFailed';
  readonly stored: Item | undefined;

  constructor(stored: Item | undefined) {
    super('The condition of the write was false');
    this.stored = stored;
  }
}

/** Without this option, a map with a member named `constructor` is refused as a class instance. */
export const MARSHALL_OPTIONS = { convertClassInstanceToMap: true } as const;

export function bindVerbs(TableName: string, send: Send): BindTable {
  return (signal) => ({
    async get({ pk, sk }, { consistent } = { consistent: true }) {
      const input = { TableName, Key: { pk, sk }, ConsistentRead: consistent };
      return (await send('GetItem', input, signal)).Item as Item | undefined;
    },

    put(item, condition) {
      const input = { TableName, Item: defined(item), ...conditional(new Expressions(), condition) };
      return written(send('PutItem', input, signal), item);
    },

    update({ pk, sk }, change, condition) {
      const expressions = new Expressions();
      const UpdateExpression = expressions.change(change);
      const input = {
        TableName,
        Key: { pk, sk },
        UpdateExpression,
        ReturnValues: 'ALL_NEW',
        ...conditional(expressions, condition),
      };
      return written(send('UpdateItem', input, signal));
    },

    async query({ index, partition, sortKeyPrefix, filter, after, order, limit }) {
      const expressions = new Expressions();
      const [pk, sk] = [index?.partitionAttribute ?? 'pk', index?.sortAttribute ?? 'sk'];
      const ofPartition = expressions.condition(compare(pk, '=', partition));
      const input = {
        TableName,
        KeyConditionExpression:
          sortKeyPrefix === undefined
            ? ofPartition
            : `${ofPartition} AND begins_with(${expressions.name(sk)}, ${expressions.value(sortKeyPrefix)})`,
        ...(filter && { FilterExpression: expressions.condition(filter) }),
        ...expressions.placeholders(),
        ...(index && { IndexName: index.name }),
        ...(after && { ExclusiveStartKey: { ...after } }),
        ...(limit !== undefined && { Limit: limit }),
        ScanIndexForward: order !== 'descending',
        ConsistentRead: index === undefined,
      };
      const { Items = [], LastEvaluatedKey } = await send('Query', input, signal);
      const items = Items as readonly Item[];
      return LastEvaluatedKey === undefined ? { items } : { items, lastKey: LastEvaluatedKey as Item };
    },
  });
}

function conditional(expressions: Expressions, condition: Condition | undefined): Input {
  if (condition === undefined) {
    return { ...expressions.placeholders() };
  }
  const ConditionExpression = expressions.condition(condition);
  return {
    ConditionExpression,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ...expressions.placeholders(),
  };
}

function defined(item: Item): Input {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

/** @param item the item of a put, for which DynamoDB returns no attributes */
async function written(call: Promise<Output>, item?: Item): Promise<WriteResult> {
  try {
    const { Attributes } = await call;
    return { written: true, item: (item ?? Attributes) as Item };
  } catch (error) {
    if (error instanceof ConditionFailed) {
      return { written: false, stored: error.stored };
    }
    throw error;
  }
}

interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

/** The placeholders of all expressions of one request. An expression of the same form always has the same text. */
class Expressions {
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, unknown> = {};
  #valueCount = 0;

  condition(condition: Condition): string {
    switch (condition.kind) {
      case 'absent':
        return `attribute_not_exists(${this.name(condition.attribute)})`;
      case 'present':
        return `attribute_exists(${this.name(condition.attribute)})`;
      case 'compare':
        return `${this.name(condition.attribute)} ${condition.comparator} ${this.value(condition.value)}`;
      case 'in':
        return `${this.name(condition.attribute)} IN (${condition.values.map((value) => this.value(value)).join(', ')})`;
      default: {
        const parts = condition.conditions.map((part) => this.condition(part));
        // DynamoDB refuses redundant parentheses.
        if (parts.length === 1) {
          return String(parts[0]);
        }
        return `(${parts.join(condition.kind === 'all' ? ' AND ' : ' OR ')})`;
      }
    }
  }

  change({ set = {}, add = {}, remove = [] }: Change): string {
    const sets = Object.entries(set).filter(([, value]) => value !== undefined);
    return [
      clause('SET', sets, ([attribute, value]) => `${this.name(attribute)} = ${this.value(value)}`),
      clause(
        'ADD',
        Object.entries(add),
        ([attribute, value]) => `${this.name(attribute)} ${this.value(value)}`,
      ),
      clause('REMOVE', remove, (attribute) => this.name(attribute)),
    ]
      .filter(Boolean)
      .join(' ');
  }

  value(value: unknown): string {
    const placeholder = `:${this.#valueCount}`;
    this.#valueCount += 1;
    this.#values[placeholder] = value;
    return placeholder;
  }

  placeholders(): Placeholders {
    return {
      ...(isEmpty(this.#names) ? {} : { ExpressionAttributeNames: this.#names }),
      ...(isEmpty(this.#values) ? {} : { ExpressionAttributeValues: this.#values }),
    };
  }

  /** A placeholder for every name except the keys, since DynamoDB reserves hundreds of words. */
  name(attribute: string): string {
    if (attribute === 'pk' || attribute === 'sk') {
      return attribute;
    }
    const placeholder = `#${attribute}`;
    this.#names[placeholder] = attribute;
    return placeholder;
  }
}

function clause<T>(verb: string, parts: readonly T[], write: (part: T) => string): string {
  return parts.length === 0 ? '' : `${verb} ${parts.map(write).join(', ')}`;
}

function isEmpty(record: object): boolean {
  for (const _ in record) {
    return false;
  }
  return true;
}
