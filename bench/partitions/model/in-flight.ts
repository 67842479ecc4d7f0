// The items of transactions in progress: another transaction with one of them is cancelled.
import type { Key } from '../../../functions/dynamodb/item.ts';

export class InFlight {
  readonly #addresses = new Set<string>();

  touchesAny(keys: readonly Key[]): boolean {
    return keys.some((key) => this.#addresses.has(addressOf(key)));
  }

  /** @returns a function that ends it. */
  begin(keys: readonly Key[]): () => void {
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

function addressOf({ pk, sk }: Key): string {
  return `${pk}\n${sk}`;
}
