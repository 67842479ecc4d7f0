// DynamoDB's expressions, made from conditions and changes.
import type { Condition } from './condition.ts';
import type { Change } from './table.ts';

export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

/** The placeholders of all expressions of one request. An expression of the same form always has the same text. */
export class Expressions {
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

  /** Hundreds of words are reserved, so every name but those of the keys is a placeholder. */
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
