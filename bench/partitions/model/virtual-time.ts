// A virtual clock that jumps from event to event, and virtual timers and random numbers for code that does not know it.
import { syncBuiltinESMExports } from 'node:module';
import { setImmediate as quiescence } from 'node:timers/promises';
import TinyQueue from 'tinyqueue';
import type { SeededRandom } from '../../../test/faults/seeded-random.ts';

interface Event {
  readonly atMs: number;
  /** Events of the same time happen in the order in which they were scheduled. */
  readonly turn: number;
  readonly happen: () => void;
}

export class VirtualClock {
  #nowMs: number;
  #turns = 0;
  readonly #events = new TinyQueue<Event>([], (a, b) => a.atMs - b.atMs || a.turn - b.turn);

  constructor(beginsMs: number) {
    this.#nowMs = beginsMs;
  }

  readonly now = (): number => this.#nowMs;

  after(delayMs: number, happen: () => void): void {
    this.#turns += 1;
    this.#events.push({ atMs: this.#nowMs + Math.max(0, delayMs), turn: this.#turns, happen });
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((done) => this.after(delayMs, done));
  }

  /** Runs until no event is left. Before each event, all promises of the last one have settled. */
  async run(): Promise<void> {
    await quiescence();
    for (let event = this.#events.pop(); event !== undefined; event = this.#events.pop()) {
      this.#nowMs = event.atMs;
      event.happen();
      await quiescence();
    }
  }
}

/** Replaces `setTimeout` of node:timers/promises and `Math.random`, which the retries of the table's client use. */
export async function inVirtualTime(
  clock: VirtualClock,
  random: SeededRandom,
  act: () => Promise<void>,
): Promise<void> {
  const timers = process.getBuiltinModule('node:timers/promises');
  const { setTimeout: realWait } = timers;
  const realRandom = Math.random;
  const waitBy = (wait: (delayMs: number) => Promise<unknown>) => {
    Object.assign(timers, { setTimeout: wait });
    syncBuiltinESMExports();
  };
  waitBy((delayMs) => clock.wait(delayMs));
  Math.random = random.next;
  try {
    await act();
  } finally {
    waitBy(realWait);
    Math.random = realRandom;
  }
}
