// The items that a transaction is at work on: another transaction that touches one of them is cancelled.
import type { Item } from '../../../test/model/condition.ts';

export class InFlight {
  readonly #addresses = new Set<string>();

  touchesAny(keys: readonly Item[]): boolean {
    return keys.some((key) => this.#addresses.has(addressOf(key)));
  }

  /** @returns what ends it. */
  begin(keys: readonly Item[]): () => void {
    const addresses = keys.map(addressOf);
    for (const address of addresses) {
      this.#addresses.add(address);
    }
    return () => {
      for (const address of addresses) {
        this.#addresses.delete(address);
      }
    };
  }
}

function addressOf({ pk, sk }: Item): string {
  return `${pk}\n${sk}`;
}
