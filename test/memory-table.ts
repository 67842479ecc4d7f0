// The table of the port in memory, which holds what DynamoDB would hold after the same calls. A page has no end at 1 MB.
import { isDeepStrictEqual } from 'node:util';
import type { Comparator, Condition } from '../functions/dynamodb/condition.ts';
import type { Key } from '../functions/dynamodb/item.ts';
import type {
  BindTable,
  Change,
  Item,
  Page,
  Query,
  Table,
  WriteResult,
} from '../functions/dynamodb/table.ts';

type CallOf<Verb extends keyof Table> = { readonly verb: Verb; readonly args: Parameters<Table[Verb]> };

/** A call to the table as data. */
export type TableCall = { [Verb in keyof Table]: CallOf<Verb> }[keyof Table];

/** A table whose calls go through a function, which may delay, change, refuse or count them. */
export function tableThrough(send: (call: TableCall) => Promise<unknown>): Table {
  return {
    get: (...args) => send({ verb: 'get', args }) as ReturnType<Table['get']>,
    put: (...args) => send({ verb: 'put', args }) as ReturnType<Table['put']>,
    update: (...args) => send({ verb: 'update', args }) as ReturnType<Table['update']>,
    query: (...args) => send({ verb: 'query', args }) as ReturnType<Table['query']>,
  };
}

/** Each call takes effect at once, before its promise is returned; every read is consistent. */
export class MemoryTable implements Table {
  readonly #items = new Map<string, Item>();
  readonly #verbs = tableThrough(async (call) => this.carryOut(call));
  readonly get = this.#verbs.get;
  readonly put = this.#verbs.put;
  readonly update = this.#verbs.update;
  readonly query = this.#verbs.query;
  /** Whatever the signal, since no call is ever under way. */
  readonly bindTable: BindTable = () => this;

  constructor(items: readonly Item[] = []) {
    for (const item of items) {
      this.#store(item);
    }
  }

  /** In the order of their keys. */
  items(): Item[] {
    return [...this.#items.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  }

  /** As TTL does, of all items that have expired by then. */
  removeExpired(nowMs: number): void {
    for (const [name, { expiresAt }] of this.#items) {
      if (typeof expiresAt === 'number' && expiresAt * 1000 <= nowMs) {
        this.#items.delete(name);
      }
    }
  }

  /** @returns what the verb resolves with */
  carryOut(call: TableCall): Item | undefined | WriteResult | Page {
    switch (call.verb) {
      case 'get':
        return this.#items.get(nameOf(call.args[0]));
      case 'put':
        return this.#write(call.args[0], call.args[1], () => call.args[0]);
      case 'update':
        return this.#write(call.args[0], call.args[2], (stored) => changed(stored, call.args[1]));
      case 'query':
        return this.#query(call.args[0]);
    }
  }

  #write(key: Key, condition: Condition | undefined, next: (stored: Item) => Item): WriteResult {
    const stored = this.#items.get(nameOf(key));
    if (condition !== undefined && !holds(condition, stored ?? {})) {
      return { written: false, stored };
    }
    return { written: true, item: this.#store(next(stored ?? { pk: key.pk, sk: key.sk })) };
  }

  #store(item: Item): Item {
    const stored: Item = Object.freeze({ pk: item.pk, sk: item.sk, ...defined(item) });
    this.#items.set(nameOf(item), stored);
    return stored;
  }

  #query({ index, partition, sortKeyPrefix = '', filter, after, order, limit = Infinity }: Query): Page {
    const { partitionAttribute, sortAttribute } = index ?? { partitionAttribute: 'pk', sortAttribute: 'sk' };
    const sortKey = (item: Key) => String(new Map(Object.entries(item)).get(sortAttribute));
    const direction = order === 'descending' ? -1 : 1;
    const inOrder = (a: Key, b: Key) => (sortKey(a) < sortKey(b) ? -direction : direction);
    const left = [...this.#items.values()]
      .filter((item) => item[partitionAttribute] === partition && sortKey(item).startsWith(sortKeyPrefix))
      .filter((item) => after === undefined || (sortKey(item) !== sortKey(after) && inOrder(after, item) < 0))
      .sort(inOrder);
    const lookedAt = left.slice(0, limit);
    const items = lookedAt.filter((item) => filter === undefined || holds(filter, item));
    const last = lookedAt.at(-1);
    if (last === undefined || lookedAt.length < limit) {
      return { items };
    }
    const indexKey = index && { [partitionAttribute]: partition, [sortAttribute]: sortKey(last) };
    return { items, lastKey: { pk: last.pk, sk: last.sk, ...indexKey } };
  }
}

function nameOf({ pk, sk }: Key): string {
  return `${pk}\n${sk}`;
}

/** @throws TypeError where DynamoDB would refuse to add to what is no number. */
function changed(stored: Item, { set = {}, add = {}, remove = [] }: Change): Item {
  const item: Record<string, unknown> & Key = { ...stored, ...defined(set) };
  for (const [attribute, addend] of Object.entries(add)) {
    const before = item[attribute] ?? 0;
    if (typeof before !== 'number') {
      throw new TypeError(`The attribute ${attribute} is ${typeof before}, and a number is added to it`);
    }
    item[attribute] = before + addend;
  }
  for (const attribute of remove) {
    delete item[attribute];
  }
  return item;
}

function defined(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

export function holds(condition: Condition, item: Readonly<Record<string, unknown>>): boolean {
  switch (condition.kind) {
    case 'absent':
      return !(condition.attribute in item);
    case 'present':
      return condition.attribute in item;
    case 'in':
      return condition.values.some((value) => compares(item[condition.attribute], '=', value));
    case 'compare':
      return compares(item[condition.attribute], condition.comparator, condition.value);
    case 'all':
      return condition.conditions.every((part) => holds(part, item));
    case 'any':
      return condition.conditions.some((part) => holds(part, item));
  }
}

function compares(left: unknown, comparator: Comparator, right: unknown): boolean {
  if (comparator === '=' || comparator === '<>') {
    return isDeepStrictEqual(left, right) === (comparator === '=');
  }
  if (typeof left === 'number' && typeof right === 'number') {
    return isInOrder(left, comparator, right);
  }
  return typeof left === 'string' && typeof right === 'string' && isInOrder(left, comparator, right);
}

function isInOrder<T extends number | string>(
  left: T,
  comparator: '<' | '<=' | '>' | '>=',
  right: T,
): boolean {
  switch (comparator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
