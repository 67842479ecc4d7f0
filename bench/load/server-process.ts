// A server in a process of its own, beside the one that makes the load, and the CPU time that it has used.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CpuTime } from './tell-parent.ts';

export interface ServerProcess<Word> {
  /** What the server said when it was ready. */
  readonly word: Word;
  cpuTime(): Promise<CpuTime>;
  stop(): Promise<void>;
}

export async function startServer<Word>(file: string, args: string[] = []): Promise<ServerProcess<Word>> {
  const child = fork(join(import.meta.dirname, file), args);
  const exited = once(child, 'exit');
  const word = await Promise.race([
    once(child, 'message').then(([message]) => message as Word),
    exited.then(([code]) => {
      throw new Error(`${file} ended with ${code} before it was ready`);
    }),
  ]);
  return {
    word,
    async cpuTime() {
      child.send('cpu');
      const [time] = await once(child, 'message');
      return time as CpuTime;
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
