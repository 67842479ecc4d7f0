// A tumbling window over the records of a shard: its time range, and the state that its invocations pass on.
import type { Shard } from './table-stream.ts';

export class TumblingWindow {
  readonly startMs: number;
  readonly endMs: number;
  state: unknown = {};
  readonly #shard: Shard;
  readonly #streamArn: string;

  constructor(lengthMs: number, holdsMs: number, shard: Shard, streamArn: string) {
    this.startMs = holdsMs - (holdsMs % lengthMs);
    this.endMs = this.startMs + lengthMs;
    this.#shard = shard;
    this.#streamArn = streamArn;
  }

  holds(atMs: number): boolean {
    return atMs >= this.startMs && atMs < this.endMs;
  }

  /** The fields of an event beside its records. */
  fields({ isFinal }: { isFinal: boolean }): object {
    return {
      window: { start: isoSeconds(this.startMs), end: isoSeconds(this.endMs) },
      state: this.state,
      shardId: this.#shard.id,
      eventSourceARN: this.#streamArn,
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: false,
    };
  }
}

function isoSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}
