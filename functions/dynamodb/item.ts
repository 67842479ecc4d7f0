// The key of an item, the ids allowed in it, and typed reads of attributes, which detect a damaged item.

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Item = Key & { readonly [attribute: string]: unknown };

/** Org, workspace and persona ids never contain the `#` between the parts of a key. */
const OPAQUE_ID = /^[A-Za-z0-9_-]{1,64}$/;

export function isOpaqueId(value: unknown): value is string {
  return typeof value === 'string' && OPAQUE_ID.test(value);
}

/** The partition key of items that belong to the whole org. The org's other partition keys begin with it. */
export function orgPartition(orgId: string): string {
  return `ORG#${orgId}`;
}

/** An item that this service did not write in this form. The message names its key and the attribute, never a value. */
export class DamagedItem extends Error {
  override readonly name = 'DamagedItem';

  constructor({ pk, sk }: Item, attribute: string, expected: string) {
    super(
      `The item with the key pk "${pk}", sk "${sk}" is damaged: its attribute ${attribute} must be ${expected}. Look at the item, and repair or delete it.`,
    );
  }
}

export function text(item: Item, attribute: string): string {
  const value = item[attribute];
  if (typeof value !== 'string') {
    throw new DamagedItem(item, attribute, 'a string');
  }
  return value;
}

export function optionalText(item: Item, attribute: string): string | undefined {
  return item[attribute] === undefined ? undefined : text(item, attribute);
}

export function number(item: Item, attribute: string): number {
  const value = item[attribute];
  if (typeof value !== 'number') {
    throw new DamagedItem(item, attribute, 'a number');
  }
  return value;
}

export function optionalNumber(item: Item, attribute: string): number | undefined {
  return item[attribute] === undefined ? undefined : number(item, attribute);
}

/** A boolean that is stored only when it is true. */
export function flag(item: Item, attribute: string): boolean {
  const value = item[attribute];
  if (value !== undefined && value !== true) {
    throw new DamagedItem(item, attribute, 'true or absent');
  }
  return value === true;
}

export function oneOf<T extends string>(item: Item, attribute: string, values: readonly T[]): T {
  const value = values.find((known) => known === item[attribute]);
  if (value === undefined) {
    throw new DamagedItem(item, attribute, `one of ${values.join(', ')}`);
  }
  return value;
}

export function list(item: Item, attribute: string): readonly unknown[] {
  const value = item[attribute];
  if (!Array.isArray(value)) {
    throw new DamagedItem(item, attribute, 'a list');
  }
  return value;
}
