// The messages of a server's process to the load generator: its address, and the CPU time and memory that it has used.
import { getHeapStatistics, type HeapInfo } from 'node:v8';
import type { Worker } from 'node:worker_threads';

/** Microseconds since the process started, by part. The helper threads of V8 are in `whole` only. */
export interface CpuTime {
  readonly whole: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** In bytes. */
export interface Memory {
  readonly resident: number;
  /** Heaps and the buffers outside of them, by part. */
  readonly parts: Readonly<Record<string, number>>;
}

export function tellParent(ready: object, stop: () => Promise<void>, threads: readonly Worker[] = []): void {
  process.on('message', async (asked: 'cpu' | 'memory') =>
    process.send?.(await (asked === 'cpu' ? cpuTime(threads) : memory(threads))),
  );
  process.on('disconnect', () => void stop().finally(() => process.exit()));
  process.send?.(ready);
}

async function cpuTime(threads: readonly Worker[]): Promise<CpuTime> {
  const main = micros(process.threadCpuUsage());
  const parts = await byPart(main, threads, async (thread) => micros(await thread.cpuUsage()));
  return { whole: micros(process.cpuUsage()), parts };
}

async function memory(threads: readonly Worker[]): Promise<Memory> {
  const main = heapBytes(getHeapStatistics());
  const parts = await byPart(main, threads, async (thread) => heapBytes(await thread.getHeapStatistics()));
  return { resident: process.memoryUsage.rss(), parts };
}

/** Environments of one function are one part. */
async function byPart(
  main: number,
  threads: readonly Worker[],
  measure: (thread: Worker) => Promise<number>,
): Promise<Record<string, number>> {
  const parts: Record<string, number> = { main };
  for (const thread of threads) {
    const name = thread.threadName ?? '';
    parts[name] = (parts[name] ?? 0) + (await measure(thread));
  }
  return parts;
}

function heapBytes(heap: HeapInfo): number {
  return heap.total_heap_size + heap.external_memory;
}

function micros({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
