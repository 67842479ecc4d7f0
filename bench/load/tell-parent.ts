// The messages of a server's process to the load generator: its address, and the CPU time that it has used.
import type { Worker } from 'node:worker_threads';

/** Microseconds since the process started, by part. The helper threads of V8 are in `whole` only. */
export interface CpuTime {
  readonly whole: number;
  readonly parts: Readonly<Record<string, number>>;
}

export function tellParent(ready: object, stop: () => Promise<void>, threads: readonly Worker[] = []): void {
  process.on('message', async () => process.send?.(await cpuTime(threads)));
  process.on('disconnect', () => void stop().finally(() => process.exit()));
  process.send?.(ready);
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
