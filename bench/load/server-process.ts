// A server in a separate process from the load generator, with the CPU time that it has used.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CpuTime } from './tell-parent.ts';

/** What serve-stack.ts says when it is ready. */
export interface ReadyStack {
  readonly baseUrl: string;
  readonly personaId: string;
  readonly apiKey: string;
  readonly sessionJwt: string;
}

export interface ServerProcess<Ready> {
  readonly pid: number;
  /** The message of the server when it was ready. */
  readonly ready: Ready;
  cpuTime(): Promise<CpuTime>;
  stop(): Promise<void>;
}

export async function startServer<Ready>(file: string, args: string[] = []): Promise<ServerProcess<Ready>> {
  const child = fork(join(import.meta.dirname, file), args);
  const exited = once(child, 'exit');
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message as Ready),
    exited.then(([code]) => {
      throw new Error(`${file} ended with ${code} before it was ready`);
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    ready,
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
