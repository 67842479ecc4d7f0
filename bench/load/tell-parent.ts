// What a server's process says to the one that makes the load: where it listens, and how much CPU time it has used.
import type { Worker } from 'node:worker_threads';

/** Microseconds since the process started, by part; what V8 does beside the threads is in `whole` only. */
export interface CpuTime {
  readonly whole: number;
  readonly parts: Readonly<Record<string, number>>;
}

export function tellParent(word: object, stop: () => Promise<void>, threads: readonly Worker[] = []): void {
  process.on('message', async () => process.send?.(await cpuTime(threads)));
  process.on('disconnect', () => void stop().finally(() => process.exit()));
  process.send?.(word);
}

async function cpuTime(threads: readonly Worker[]): Promise<CpuTime> {
  const parts: Record<string, number> = { main: micros(process.threadCpuUsage()) };
  for (const thread of threads) {
    const name = thread.threadName ?? '';
    parts[name] = (parts[name] ?? 0) + micros(await thread.cpuUsage());
  }
  return { whole: micros(process.cpuUsage()), parts };
}

function micros({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
