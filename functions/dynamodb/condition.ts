// The conditions of writes and the filters of queries, as data.

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'absent' | 'present'; readonly attribute: string }
  | {
      readonly kind: 'compare';
      readonly attribute: string;
      readonly comparator: Comparator;
      readonly value: unknown;
    }
  | { readonly kind: 'in'; readonly attribute: string; readonly values: readonly unknown[] }
  | { readonly kind: 'all' | 'any'; readonly conditions: readonly Condition[] };

/** With `pk`: no item has the key. */
export function absent(attribute: string): Condition {
  return { kind: 'absent', attribute };
}

/** With `pk`: an item has the key. */
export function present(attribute: string): Condition {
  return { kind: 'present', attribute };
}

/** False for an absent attribute, except with `<>`. Values of different types have no order. */
export function compare(attribute: string, comparator: Comparator, value: unknown): Condition {
  return { kind: 'compare', attribute, comparator, value };
}

export function isOneOf(attribute: string, values: readonly unknown[]): Condition {
  return { kind: 'in', attribute, values };
}

export function all(...conditions: readonly Condition[]): Condition {
  return { kind: 'all', conditions };
}

export function any(...conditions: readonly Condition[]): Condition {
  return { kind: 'any', conditions };
}
