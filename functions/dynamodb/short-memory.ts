// A cache in one execution environment for items of the table, limited in time and number.

export interface ShortMemoryOptions {
  /** 0 disables the cache. */
  readonly rememberMs: number;
  readonly entriesMax: number;
  readonly now: () => number;
}

export class ShortMemory<T> {
  readonly #options: ShortMemoryOptions;
  readonly #entries = new Map<string, { readonly value: T; readonly untilMs: number }>();

  constructor(options: ShortMemoryOptions) {
    this.#options = options;
  }

  recall(name: string): T | undefined {
    const entry = this.#entries.get(name);
    return entry !== undefined && this.#options.now() < entry.untilMs ? entry.value : undefined;
  }

  forget(name: string): void {
    this.#entries.delete(name);
  }

  remember(name: string, value: T): void {
    const { rememberMs, entriesMax, now } = this.#options;
    if (rememberMs === 0) {
      return;
    }
    // A map keeps the order of insertion, so its first key is the oldest.
    this.#entries.delete(name);
    const oldest = this.#entries.keys().next();
    if (this.#entries.size >= entriesMax && !oldest.done) {
      this.#entries.delete(oldest.value);
    }
    this.#entries.set(name, { value, untilMs: now() + rememberMs });
  }
}
