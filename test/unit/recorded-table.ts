// A table in memory that remembers its calls, and behaves as badly as a test asks for.
import type { Platform } from '../../functions/http/endpoint.ts';
import { MemoryTable, type TableCall, tableThrough } from '../memory-table.ts';

export class RecordedTable {
  calls: TableCall[] = [];
  memory = new MemoryTable();
  /** Rejects, or takes its time, instead of or before a call. */
  interfere: (call: TableCall, signal: AbortSignal | undefined) => Promise<void> = async () => {};

  readonly bind: Platform['bindTable'] = (signal) =>
    tableThrough(async (call) => {
      this.calls.push(call);
      await this.interfere(call, signal);
      return this.memory.carryOut(call);
    });

  platform(now: () => number = Date.now): Platform {
    return { bindTable: this.bind, now };
  }

  verbs(): string[] {
    return this.calls.map(({ verb }) => verb);
  }
}
